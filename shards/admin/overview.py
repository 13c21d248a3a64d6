"""The first page: how each database and each job fares. Nothing is counted further than `ENOUGH`."""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.contrib.admin.utils import display_for_value
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from unfold.utils import display_for_label

from config.databases import GLOBAL, shard_alias
from shards import directory
from shards.admin import news
from shards.admin.columns import LINK, NOTHING, cut, page_url
from shards.admin.database_health import health_link
from shards.admin.jobs import STATES, TROUBLE, state_of, with_schedules
from shards.admin.news import ENOUGH, bounded
from shards.admin.picker import PARAMETER
from shards.admin.shard_config import STATUSES
from shards.exceptions import ShardUnavailable
from shards.models import ErrorLog, Job, SagaInstance, ShardConfig, UniversalOutbox
from shards.scope import on_alias

UNREACHABLE = "unreachable"
DATABASES = [
    "Database",
    "State",
    "Accounts",
    "Active users",
    "Waiting",
    "Failed",
    "Dead letters",
    "Sagas stuck",
    "Errors, 24 h",
    "Health",
]
JOBS = ["Job", "State", "Started", "Error"]
NO_FIGURES = [NOTHING] * 5


def context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """UNFOLD's DASHBOARD_CALLBACK."""
    databases = {"headers": [gettext(name) for name in DATABASES], "rows": [_global_row(), *_shard_rows()]}
    troubled = [job for job in with_schedules(Job.objects.all()) if state_of(job) in TROUBLE]
    jobs = {"headers": [gettext(name) for name in JOBS], "rows": [_job_row(job) for job in troubled]}
    since = news.since_last_look(request.user.pk)  # type: ignore[arg-type]  # an operator, with a row
    told = {"since": since, "news": news.told(since)}
    return context | {"title": gettext("Overview"), "databases": databases, "jobs": jobs} | told


def _global_row() -> list[Any]:
    return [
        gettext("Global"),
        _label("active"),
        NOTHING,
        NOTHING,
        *_figures(GLOBAL),
        health_link(GLOBAL, gettext("charts")),
    ]


def _shard_rows() -> list[list[Any]]:
    """A shard that is down says so, and costs the page no more than the wait for it."""
    rows = []
    for shard in ShardConfig.objects.select_related("stats"):
        status, figures = shard.status, NO_FIGURES
        if status != directory.DISABLED:
            try:
                figures = _figures(shard_alias(shard.pk))
            except ShardUnavailable:
                status = UNREACHABLE
        link = format_html(
            LINK, page_url(ShardConfig, "change", shard.pk), gettext("Shard %(number)s") % {"number": shard.pk}
        )
        stats = getattr(shard, "stats", None)
        counted = [stats.user_count, stats.active_users] if stats else [0, 0]
        rows.append([link, _label(status), *counted, *figures, health_link(shard_alias(shard.pk), gettext("charts"))])
    return rows


def _figures(alias: str) -> list[Any]:
    with on_alias(alias):
        waiting = Counter(UniversalOutbox.objects.values_list("status", flat=True)[:ENOUGH])
        since = timezone.now() - timedelta(days=1)
        stuck = SagaInstance.objects.filter(is_stuck=True)[:ENOUGH].count()
        errors = ErrorLog.objects.filter(create_time__gte=since)[:ENOUGH].count()
    status = UniversalOutbox.Status
    return [
        _link(UniversalOutbox, alias, waiting.total()),
        waiting[status.FAILED],
        waiting[status.DEAD_LETTER],
        _link(SagaInstance, alias, stuck, "&stuck=1"),
        _link(ErrorLog, alias, errors),
    ]


def _job_row(job: Job) -> list[Any]:
    link = format_html(LINK, page_url(Job, "change", job.pk), job.name)
    return [link, _label(state_of(job)), display_for_value(job.started_at, NOTHING), cut(job.error)]


def _label(state: str) -> str:
    """The colour is looked up by the word, so both are translated."""
    colours = STATUSES | STATES | {UNREACHABLE: "danger"}
    return display_for_label(gettext(state), NOTHING, {gettext(word): colour for word, colour in colours.items()})


def _link(model: type[Model], alias: str, counted: int, query: str = "") -> str:
    url = f"{page_url(model, 'changelist')}?{PARAMETER}={alias}{query}"
    return format_html(LINK, url, bounded(counted))
