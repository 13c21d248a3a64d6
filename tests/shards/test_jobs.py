"""Periodic jobs: one at a time wherever they are started, by a lease and a fence on the database."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from shards import jobs, procedures
from shards.exceptions import FenceLost
from shards.jobs import run
from shards.models import Job
from tests import scratch

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

LEASE_LEFT = (
    "SELECT TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), lease_until) / 1000000 FROM table_jobs WHERE name = 'a.job'"
)


def expire() -> None:
    scratch.execute("default", "UPDATE table_jobs SET lease_until = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND")


def test_of_many_runners_at_once_one_runs(at_once: Callable[..., list[Any]]) -> None:
    """Eight threads, each with its connection open, ask for one free job at the same moment, twenty-five times."""
    names = [f"job{number}" for number in range(25)]
    for name in names:
        run(name, dict)
    barrier = threading.Barrier(8)

    def ask(_: int) -> list[int | None]:
        fences = []
        for name in names:
            barrier.wait(10)
            fences.append(jobs._begin(name))
        return fences

    for fences in zip(*at_once(ask, *range(8)), strict=True):
        assert [fence for fence in fences if fence is not None] == [2]


def test_who_comes_while_the_lock_is_being_taken_waits_and_is_refused(at_once: Callable[..., list[Any]]) -> None:
    """With both locks taken out of fp_job_begin (the insert that meets the row, and FOR UPDATE), the second one read
    the lease that the first had not committed yet as free, and got a fence, too."""
    run("a.job", dict)
    begun = threading.Event()

    def ask(which: str) -> int | None:
        if which == "second":
            begun.wait(10)
            return jobs._begin("a.job")
        with transaction.atomic():
            fence = procedures.job_begin(name="a.job", lease_seconds=30)
            begun.set()
            threading.Event().wait(0.3)
        return fence

    assert at_once(ask, "first", "second") == [2, None]
    assert Job.objects.get().fence == 2


def test_a_run_is_kept_with_its_result() -> None:
    assert run("a.job", lambda: {"n": threading.Event().wait(0.01) or 7}) == {"n": 7}
    (row,) = Job.objects.all()
    assert (row.name, row.fence, row.lease_until, row.result, row.error) == ("a.job", 1, None, {"n": 7}, "")
    assert 10 <= row.duration_ms < 5000
    assert row.finished_at > row.started_at


def test_another_name_is_another_lock() -> None:
    assert run("a.job", lambda: {"inner": run("b.job", lambda: {"n": 1})}) == {"inner": {"n": 1}}


def test_it_runs_again_when_it_has_ended() -> None:
    assert [run("a.job", lambda: {"n": 1}), run("a.job", lambda: {"n": 2})] == [{"n": 1}, {"n": 2}]
    assert Job.objects.get().fence == 2


def test_a_failure_is_kept_and_raised_and_frees_the_lock() -> None:
    def fails() -> dict[str, Any]:
        raise LookupError("no such thing")

    run("a.job", lambda: {"n": 1})
    with pytest.raises(LookupError):
        run("a.job", fails)
    row = Job.objects.get()
    assert (row.error, row.result, row.lease_until) == ("LookupError: no such thing", {"n": 1}, None)
    assert run("a.job", lambda: {"n": 2}) == {"n": 2}
    assert Job.objects.get().error == ""


def test_the_lease_is_prolonged_while_the_job_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "RENEW_AFTER", 0.05)

    def job() -> dict[str, Any]:
        scratch.execute("default", "UPDATE table_jobs SET lease_until = UTC_TIMESTAMP(6) + INTERVAL 1 SECOND")
        threading.Event().wait(0.4)
        ((left,),) = scratch.execute("default", LEASE_LEFT)
        return {"is_renewed": left > jobs.LEASE_SECONDS - 5}

    assert run("a.job", job) == {"is_renewed": True}
    assert not [thread for thread in threading.enumerate() if thread.name == "renew a.job"]


def test_a_dead_holder_s_job_runs_when_its_lease_has_ended() -> None:
    assert procedures.job_begin(name="a.job", lease_seconds=30) == 1
    assert run("a.job", lambda: {"n": 1}) is None
    expire()
    assert run("a.job", lambda: {"n": 2}) == {"n": 2}
    assert Job.objects.get().fence == 2


def test_who_lost_the_lease_neither_renews_nor_ends_the_next_run() -> None:
    first = procedures.job_begin(name="a.job", lease_seconds=30)
    expire()
    second = procedures.job_begin(name="a.job", lease_seconds=30)
    assert (first, second) == (1, 2)
    before = Job.objects.values().get()
    with pytest.raises(FenceLost):
        procedures.job_renew(name="a.job", fence=1, lease_seconds=300)
    with pytest.raises(FenceLost):
        procedures.job_finish(name="a.job", fence=1, result={"n": 1}, error="")
    assert Job.objects.values().get() == before


def test_a_run_that_lost_its_lease_leaves_the_row_to_the_next_run() -> None:
    def job() -> dict[str, Any]:
        expire()
        procedures.job_begin(name="a.job", lease_seconds=30)
        return {"n": 1}

    assert run("a.job", job) == {"n": 1}
    row = Job.objects.get()
    assert (row.fence, row.result, row.finished_at) == (2, None, None)
    assert row.lease_until is not None
