"""How one database fares: charts of the last hour, day or week, and what its server says now."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import Error
from django.db.backends.utils import CursorWrapper
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from config.databases import GLOBAL, shard_alias
from shards import directory
from shards.admin.columns import LINK, cut
from shards.scope import on_alias
from shards.vitals import IndexUse, Slow, TableSize, Vitals, ask, index_use, slowest, tables, vitals
from shards.vitals_history import Course, course, errors
from shards.walk import attempt

PERIODS = {
    "1": (timedelta(hours=1), gettext_lazy("1 hour")),
    "24": (timedelta(days=1), gettext_lazy("24 hours")),
    "168": (timedelta(days=7), gettext_lazy("7 days")),
}
LINES = ("#2563eb", "#dc2626")
OPTIONS = json.dumps(
    {
        "animation": False,
        "maintainAspectRatio": False,
        "spanGaps": True,
        "elements": {"point": {"radius": 0}},
        "scales": {"y": {"beginAtZero": True}, "x": {"ticks": {"maxTicksLimit": 8}}},
    }
)
MEGABYTE = 1_000_000
SHOWN = 10


class Now(NamedTuple):
    vitals: Vitals
    slowest: list[Slow]
    tables: list[TableSize]
    indexes: list[IndexUse]


def health_link(alias: str, text: str) -> SafeString:
    return format_html(LINK, reverse("admin:shards_shardconfig_health", args=[alias]), text)


def page(request: HttpRequest, alias: str, context: dict[str, Any]) -> HttpResponse:
    """What a database that does not answer said before is drawn all the same."""
    if alias not in [GLOBAL, *map(shard_alias, directory.shard_ids())]:
        raise Http404
    hours = request.GET.get("hours", "1")
    hours = hours if hours in PERIODS else "1"
    period, _ = PERIODS[hours]
    past = course(alias, period)
    with ThreadPoolExecutor(1) as pool:  # whose connection ends with it
        now = pool.submit(ask, alias, _now).result()
    shown = {
        "title": gettext("Health of %(database)s") % {"database": alias},
        "alias": alias,
        "aliases": [GLOBAL, *map(shard_alias, directory.shard_ids())],
        "periods": {key: words for key, (_, words) in PERIODS.items()},
        "hours": hours,
        "options": OPTIONS,
        "charts": _charts(alias, past, period),
        "silent": str(now.args[-1] if now.args else now) if isinstance(now, Error) else "",
    }
    if not isinstance(now, Error):
        shown |= _tables(now, past)
    return TemplateResponse(request, "shards/admin/database_health.html", context | shown)


def _now(cursor: CursorWrapper) -> Now:
    return Now(vitals(cursor), slowest(cursor, SHOWN), tables(cursor)[:SHOWN], index_use(cursor))


def _charts(alias: str, past: Course, period: timedelta) -> list[tuple[str, str]]:
    def counted() -> list[int]:
        with on_alias(alias):
            return errors(period)

    found = attempt(counted, alias, "database health")
    of = past.figures
    megabytes = [None if size is None else size / MEGABYTE for size in of["bytes"]]
    drawn: list[tuple[str, dict[str, Any]]] = [
        (gettext("Latency, ms"), {gettext("latency"): of["latency_ms"]}),
        (
            gettext("Connections and statements at work"),
            {gettext("connections"): of["connections"], gettext("running"): of["running"]},
        ),
        (
            gettext("Lock waits"),
            {gettext("now"): of["lock_waits"], gettext("in each step"): of["lock_waits_total"]},
        ),
        (gettext("Size, MB"), {gettext("data and indexes"): megabytes}),
        (gettext("Errors"), {gettext("rows of the error log"): [] if isinstance(found, str) else found}),
        (gettext("Checks without an answer, %"), {gettext("share"): past.down}),
    ]
    form = "%H:%M" if period <= timedelta(days=1) else "%d %b %H:%M"
    labels = [timezone.localtime(at).strftime(form) for at in past.times]
    return [(title, _chart(labels, series)) for title, series in drawn]


def _chart(labels: list[str], series: dict[str, Any]) -> str:
    """Chart.js data."""
    datasets = [
        {"label": name, "data": values, "borderColor": LINES[number], "borderWidth": 1.5}
        for number, (name, values) in enumerate(series.items())
    ]
    return json.dumps({"labels": labels, "datasets": datasets})


def _tables(now: Now, past: Course) -> dict[str, Any]:
    unread = [index for index in now.indexes if index.reads == 0 and index.name != "PRIMARY"]
    busiest = sorted(now.indexes, key=lambda index: index.reads, reverse=True)[:SHOWN]
    return {
        "now": now.vitals,
        "megabytes": f"{now.vitals.bytes / MEGABYTE:.1f}",
        "unread": len(unread),
        "slowest": {
            "headers": [gettext(name) for name in ("Statement", "Calls", "Mean, ms", "Total, ms", "Rows examined")],
            "rows": [
                [cut(slow.statement), f"{slow.calls:,}", f"{slow.mean_ms:.2f}", f"{slow.total_ms:,.0f}",
                 f"{slow.rows_examined:,}"]
                for slow in now.slowest
            ],
        },
        "tables": {
            "headers": [gettext(name) for name in ("Table", "Rows, about", "Data, MB", "Indexes, MB", "Grown, MB")],
            "rows": [
                [table.table, f"{table.rows:,}", f"{table.data_bytes / MEGABYTE:.2f}",
                 f"{table.index_bytes / MEGABYTE:.2f}", f"{past.grown.get(table.table, 0) / MEGABYTE:+.2f}"]
                for table in now.tables
            ],
        },
        "busiest": {"headers": _index_headers(), "rows": [_index_row(index) for index in busiest]},
        "idle": {"headers": _index_headers(), "rows": [_index_row(index) for index in _most_written(unread)]},
    }  # fmt: skip


def _most_written(indexes: list[IndexUse]) -> list[IndexUse]:
    """The dearest of those that nobody reads."""
    return sorted(indexes, key=lambda index: index.writes, reverse=True)[:SHOWN]


def _index_headers() -> list[str]:
    return [gettext(name) for name in ("Table", "Index", "Rows read", "Rows written")]


def _index_row(index: IndexUse) -> list[str]:
    return [index.table, index.name, f"{index.reads:,}", f"{index.writes:,}"]
