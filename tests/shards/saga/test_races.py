"""Who drives a saga: one at a time, by the version of its claim; each lock is shown to be needed."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from shards.saga import services
from shards.saga.definitions import OUTSIDE, Data, Definition, Run, Step
from shards.saga.driver import claim, drive
from shards.saga.models import SagaStep
from shards.saga.services import Operator
from shards.scope import on_shard
from tests import scratch
from tests.shards.saga.steps import Diary, expire, saga, start, status, step, work
from tests.weakened import weakened

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

Define = Callable[..., Definition]
AtOnce = Callable[..., list[Any]]
NO_VERSION = ("v_version IS NULL OR v_version <> p_version", "v_version IS NULL")


class SlowAction:
    """An action outside of any transaction, whose first try takes until `go` is set."""

    def __init__(self, diary: Diary) -> None:
        self.does = diary.does("slow")
        self.began, self.go = threading.Event(), threading.Event()

    def __call__(self, run: Run) -> Data | None:
        answer = self.does(run)
        if run.tries == 1:
            self.began.set()
            assert self.go.wait(20)
        return answer


def overtaken(diary: Diary, define: Define, at_once: AtOnce, meanwhile: Callable[[UUID], None]) -> UUID:
    """A driver is in its step for longer than its lease; meanwhile something else happens to its saga."""
    slow = SlowAction(diary)
    define(Step("slow", slow, diary.does("undo slow"), place=OUTSIDE), Step("two", diary.does("two")))
    with on_shard(1):
        saga_id = start()

    def run(which: str) -> None:
        if which == "slow driver":
            drive("shard_1")
            return
        slow.began.wait(20)
        try:
            meanwhile(saga_id)
        finally:
            slow.go.set()

    assert at_once(run, "slow driver", "other") == [None, None]
    return saga_id


def another_driver(_: UUID) -> None:
    scratch.execute("shard_1", "UPDATE saga_instances SET due_at = UTC_TIMESTAMP(6)")
    assert drive("shard_1") == 1


def an_operator(saga_id: UUID) -> None:
    with on_shard(1):
        services.saga_abort(saga_id, Operator("op", "wrong amount"))
    drive("shard_1")


def test_a_driver_whose_lease_has_ended_changes_nothing(define: Define, diary: Diary, at_once: AtOnce) -> None:
    saga_id = overtaken(diary, define, at_once, another_driver)
    assert diary.lines == ["slow@shard_1", "slow@shard_1", "two@shard_1"]
    row = saga(saga_id)
    assert (row.status, row.current_step, step(saga_id, 1).tries, step(saga_id, 2).tries) == ("completed", 2, 2, 1)


def test_without_the_version_it_ran_a_step_of_a_saga_that_had_ended(
    define: Define, diary: Diary, at_once: AtOnce
) -> None:
    with weakened("shard_1", "fp_saga_transition", NO_VERSION):
        overtaken(diary, define, at_once, another_driver)
    assert diary.lines == ["slow@shard_1", "slow@shard_1", "two@shard_1", "two@shard_1"]


def test_a_driver_whose_saga_an_operator_has_aborted_lets_go(define: Define, diary: Diary, at_once: AtOnce) -> None:
    """What the step outside did is undone, because nobody knew whether it would happen."""
    saga_id = overtaken(diary, define, at_once, an_operator)
    assert diary.lines == ["slow@shard_1", "undo slow@shard_1"]
    assert (status(saga_id), saga(saga_id).error_message) == ("compensated", "aborted by op: wrong amount")


@pytest.mark.parametrize(
    ("changes", "claims"), [([], 1), ([("LIMIT 1\n           FOR UPDATE SKIP LOCKED", "LIMIT 1")], 4)]
)
def test_of_many_drivers_one_claims_a_saga(
    define: Define, diary: Diary, at_once: AtOnce, changes: list[tuple[str, str]], claims: int
) -> None:
    """Without the lock each of those that read at the same moment got it."""
    define(Step("one", diary.does("one")))
    with on_shard(1):
        start()
    pause = ("IF v_saga_id IS NOT NULL THEN", "DO SLEEP(0.3); IF v_saga_id IS NOT NULL THEN")

    def ask(_: int) -> Any:
        with on_shard(1):
            return claim()

    with weakened("shard_1", "fp_saga_claim", pause, *changes):
        found = [answer for answer in at_once(ask, *range(4)) if answer is not None]
    assert len(found) == claims


def test_many_drivers_run_every_step_of_every_saga_once(define: Define, diary: Diary, at_once: AtOnce) -> None:
    define(*[Step(f"s{number}", diary.does(f"s{number}")) for number in range(3)])
    with on_shard(1):
        for number in range(30):
            start(idempotency_key=str(number), resource=f"r{number % 4}")
    assert sum(at_once(lambda _: drive("shard_1"), *range(6))) == 30
    runs = [(run.saga_id, run.step_number) for run in diary.runs]
    assert len(runs) == len(set(runs)) == 90
    assert set(SagaStep.objects.using("shard_1").values_list("tries", flat=True)) == {1}
    for resource in range(4):
        held = [run.saga_id for run in diary.runs if int(saga(run.saga_id).idempotency_key) % 4 == resource]
        assert [held[place] for place in range(0, len(held), 3)] == list(dict.fromkeys(held)), "they do not interleave"


def test_a_crashed_driver_s_saga_goes_on_when_its_lease_has_ended(define: Define, diary: Diary) -> None:
    define(Step("one", diary.does("one")))
    with on_shard(1):
        saga_id = start()
        assert claim() is not None
    assert drive("shard_1") == 0
    expire()
    assert drive("shard_1") == 1
    assert (status(saga_id), step(saga_id, 1).tries) == ("completed", 2)


def test_a_step_whose_process_dies_each_time_is_given_up(define: Define, diary: Diary) -> None:
    define(
        Step("one", diary.does("one"), diary.does("undo one")),
        Step("deadly", diary.does("deadly"), diary.does("undo deadly"), place=OUTSIDE),
    )
    with on_shard(1):
        saga_id = start()
        with connections["shard_1"].cursor() as cursor:
            cursor.execute("UPDATE saga_steps SET status = 'completed', tries = 1 WHERE step_number = 1")
            cursor.execute("UPDATE saga_instances SET current_step = 2")
        for _ in range(5):
            assert claim() is not None
            expire()
    work()
    assert status(saga_id) == "compensated"
    assert diary.lines == ["undo deadly@shard_1", "undo one@shard_1"]
    assert step(saga_id, 2).error_message == "nothing was heard of its last try"
