"""The page of jobs: the last run from `table_jobs`, the next from the schedule."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from accounts.models.account import OPERATOR
from shards import jobs
from shards.admin.columns import page_url
from shards.admin.jobs import due_at, schedules, state_of
from shards.models import Job

pytestmark = pytest.mark.django_db(databases="__all__")

SECOND = timedelta(seconds=1)


def every(seconds: int, **columns: Any) -> PeriodicTask:
    interval = IntervalSchedule.objects.create(every=seconds, period=IntervalSchedule.SECONDS)
    return PeriodicTask.objects.create(name=f"every {seconds}", task="job", interval=interval, **columns)


def job_started(ago: timedelta, **columns: Any) -> Any:
    job: Any = Job(name="job", started_at=timezone.now() - ago, **columns)
    job.schedules = schedules().get("job", [])
    return job


@pytest.mark.parametrize(
    ("state", "columns"),
    [
        ("never run", {}),
        ("running", {"started_at": 0 * SECOND, "lease_until": 30 * SECOND}),
        ("running", {"started_at": 0 * SECOND, "finished_at": -9 * SECOND, "lease_until": 30 * SECOND}),
        ("lost", {"started_at": -60 * SECOND, "lease_until": -30 * SECOND}),
        ("ok", {"started_at": -SECOND, "finished_at": 0 * SECOND}),
        ("failed", {"started_at": -SECOND, "finished_at": 0 * SECOND, "error": "ValueError: no"}),
    ],
)
def test_state(state: str, columns: dict[str, Any]) -> None:
    now = timezone.now()
    at = {name: now + value if isinstance(value, timedelta) else value for name, value in columns.items()}
    job: Any = Job(name="job", **at)
    job.schedules = []
    assert state_of(job) == state


@pytest.mark.parametrize(("ago", "state"), [(30, "ok"), (110, "ok"), (130, "late")])
def test_a_job_is_late_a_minute_after_it_was_due(ago: int, state: str) -> None:
    every(60)
    job = job_started(ago * SECOND, finished_at=timezone.now())
    assert state_of(job) == state


def test_a_job_that_is_off_is_never_late() -> None:
    every(60, enabled=False)
    assert state_of(job_started(timedelta(days=9), finished_at=timezone.now())) == "ok"


def test_the_soonest_enabled_schedule_calls_for_the_due_at() -> None:
    every(60)
    every(3600)
    every(5, enabled=False)
    at = due_at(job_started(20 * SECOND))
    assert at is not None
    assert 35 * SECOND < at - timezone.now() <= 40 * SECOND


def test_an_overdue_job_is_due_now() -> None:
    every(60)
    at = due_at(job_started(timedelta(hours=1)))
    assert at is not None
    assert at <= timezone.now()


def test_a_job_that_never_ran_is_due_an_interval_after_its_schedule_was_made() -> None:
    every(3600)
    job: Any = Job(name="job")
    job.schedules = schedules()["job"]
    at = due_at(job)
    assert at is not None
    assert 3590 * SECOND < at - timezone.now() <= 3600 * SECOND


def test_a_crontab_counts_as_well() -> None:
    midnight = CrontabSchedule.objects.create(minute="0", hour="0", timezone="UTC")
    PeriodicTask.objects.create(name="nightly", task="job", crontab=midnight)
    at = due_at(job_started(SECOND))
    assert at is not None
    assert timedelta() < at - timezone.now() <= timedelta(days=1)


def test_with_all_schedules_off_there_is_no_due_at() -> None:
    every(60, enabled=False)
    assert due_at(job_started(SECOND)) is None


def test_the_list_has_jobs_that_ran_and_jobs_that_never_did(console: Any) -> None:
    every(60)
    jobs.run("unscheduled", lambda: {"rows": 3})
    client = console(OPERATOR)

    found = client.get(page_url(Job, "changelist"))
    assert [job.name for job in found.context["cl"].result_list] == ["job", "unscheduled"]
    for text in ("never run", "every 60 seconds", "rows 3"):
        assert text in found.text
    assert client.get(page_url(Job, "change", "job")).status_code == 200


def test_a_failed_job_is_on_the_first_page(console: Any) -> None:
    def fail() -> dict[str, Any]:
        raise ValueError("no bars")

    with pytest.raises(ValueError, match="no bars"):
        jobs.run("scan", fail)
    assert "ValueError: no bars" in console(OPERATOR).get("/admin/").text
