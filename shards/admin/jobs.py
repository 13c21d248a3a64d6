"""Periodic jobs: how the last run went, and when the schedule calls for the next.

`table_jobs` has a row for each job that has run; django-celery-beat's tables say when jobs run. The two are put
together here, so that a job that has never run is seen as well.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django_celery_beat.models import PeriodicTask
from unfold.decorators import display
from unfold.views import ChangeList

from shards.admin.columns import LINK, NOTHING, content, excerpt, page_url
from shards.admin.model_admin import ReadOnlyAdmin
from shards.models import Job

STATES = {
    "ok": "success",
    "running": "info",
    "failed": "danger",
    "late": "danger",
    "never run": "warning",
    "lost": "danger",
}
TROUBLE = ("failed", "lost", "late")
LATE = timedelta(minutes=1)  # behind the schedule


class JobList(ChangeList):
    """All jobs on one page, each with its schedules."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list: list[Job] = with_schedules(self.result_list)


def with_schedules(rows: Iterable[Job]) -> list[Job]:
    """Those that ran and those that are only scheduled, by name."""
    scheduled = schedules()
    jobs: dict[str, Any] = {name: Job(name=name) for name in scheduled} | {job.name: job for job in rows}
    for name, job in jobs.items():
        job.schedules = scheduled.get(name, [])
    return [jobs[name] for name in sorted(jobs)]


def schedules() -> dict[str, list[PeriodicTask]]:
    """Task name -> its schedules; more than one is possible."""
    found: dict[str, list[PeriodicTask]] = {}
    for task in PeriodicTask.objects.select_related("interval", "crontab", "solar", "clocked").order_by("pk"):
        found.setdefault(task.task, []).append(task)
    return found


def state_of(job: Any) -> str:
    """`lost`: the run began, has not ended, and its lease is over: its process died. `late`: see LATE."""
    now = timezone.now()
    if job.started_at and (job.finished_at is None or job.finished_at < job.started_at):
        return "running" if job.lease_until and job.lease_until > now else "lost"
    if job.error:
        return "failed"
    if (due := due_at(job)) and due < now - LATE:
        return "late"
    return "ok" if job.started_at else "never run"


def due_at(job: Any) -> datetime | None:
    """When the soonest enabled schedule is due, counted as beat counts: from the last start, or from the schedule's own
    beginning; None when all are off."""
    waits = []
    for task in job.schedules:
        if task.enabled:
            last = max(filter(None, [job.started_at, task.last_run_at]), default=task.date_changed)
            waits.append(task.schedule.remaining_estimate(last))
    return timezone.now() + min(waits) if waits else None


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ["name", "state", "started_at", "duration", "next", "every", excerpt("result"), excerpt("error")]
    ordering = ["name"]
    list_per_page = 500  # as many as there can be jobs
    fieldsets = [
        (None, {"fields": ["name", "state"]}),
        ("Schedule", {"fields": ["next", "every"]}),
        ("Last run", {"fields": ["started_at", "finished_at", "duration", content("result"), "error"]}),
        ("Lock", {"fields": ["fence", "lease_until"]}),
    ]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return JobList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Job | None:
        """A job that is only scheduled has a page, too."""
        job: Any = super().get_object(request, object_id, from_field)
        tasks = schedules().get(object_id, [])
        if job is None and tasks:
            job = Job(name=object_id)
        if job is not None:
            job.schedules = tasks
        return job

    @display(description="state", label=STATES)
    def state(self, job: Job) -> str:
        return state_of(job)

    @display(description="duration", empty_value=NOTHING)
    def duration(self, job: Job) -> str | None:
        if job.duration_ms is None:
            return None
        return f"{job.duration_ms} ms" if job.duration_ms < 10_000 else f"{job.duration_ms / 1000:.0f} s"

    @display(description="next run")
    def next(self, job: Job) -> str | datetime:
        at = due_at(job)
        if at is None:
            return "off"
        return "now" if at <= timezone.now() else at

    @display(description="schedule", empty_value="none")
    def every(self, job: Any) -> SafeString | None:
        """A link to each schedule, where administrators change it."""
        links = [format_html(LINK, page_url(PeriodicTask, "change", task.pk), task.scheduler) for task in job.schedules]
        return format_html_join(", ", "{}", ((link,) for link in links)) if links else None
