"""One page for the outbox of all databases: what waits, who is behind, and what needs an operator."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html

from shards.admin.columns import LINK, NOTHING, cut, page_url
from shards.admin.picker import PARAMETER
from shards.models import OutboxConsumer, OutboxParked, OutboxPartition, UniversalOutbox
from shards.outbox import procedures
from shards.scope import current_alias
from shards.walk import on_each_database

ENOUGH = 100  # blocked partitions of one database
RELAYS = ["Database", "Domain", "Waiting", "Oldest, s", "Most claims", "Blocked", "Dead letters", "Parked"]
CONSUMERS = ["Database", "Consumer", "Domain", "Partitions behind", "Events", "Waiting for a try", "Blocked"]
BLOCKED = ["Database", "Partition", "At", "Who waits", "Why"]


def page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    tables = {
        "relays": {"headers": RELAYS, "rows": _rows(_relays, RELAYS)},
        "consumers": {"headers": CONSUMERS, "rows": _rows(_consumers, CONSUMERS)},
        "blocked": {"headers": BLOCKED, "rows": _rows(_blocked, BLOCKED)},
    }
    title = {"title": "Outbox, health"}
    return TemplateResponse(request, "shards/admin/outbox_health.html", context | tables | title)


def _rows(read: Callable[[str], list[list[Any]]], headers: list[str]) -> list[list[Any]]:
    """Of all databases; one that is down says so."""
    rows: list[list[Any]] = []
    for alias, found in on_each_database(lambda: read(current_alias()), "outbox health").items():
        if isinstance(found, str):
            rows.append([alias, "cannot be reached", *[NOTHING] * (len(headers) - 2)])
        else:
            rows += [[alias, *cells] for cells in found]
    return rows


def _relays(alias: str) -> list[list[Any]]:
    return [
        [row.domain, row.waiting, f"{row.oldest_seconds:.1f}", row.attempts, row.partitions_blocked,
         row.dead_letters, row.events_parked]
        for row in procedures.outbox_figures()
    ]  # fmt: skip


def _consumers(alias: str) -> list[list[Any]]:
    return [list(row) for row in procedures.outbox_consumer_lag()]


def _blocked(alias: str) -> list[list[Any]]:
    """First relays', then consumers'."""
    rows = []
    for partition in OutboxPartition.objects.exclude(blocked_by=None)[:ENOUGH]:
        link = _list(
            UniversalOutbox, alias, "status__exact=dead_letter", f"{partition.domain} / {partition.partition_key}"
        )
        rows.append([link, partition.blocked_by, "everybody", "a dead letter"])
    for place in OutboxConsumer.objects.exclude(blocked_by=None)[:ENOUGH]:
        link = _list(OutboxParked, alias, "", f"{place.domain} / {place.partition_key}")
        rows.append([link, place.blocked_by, place.consumer, cut(place.error_message)])
    return rows


def _list(model: Any, alias: str, query: str, text: str) -> str:
    return format_html(LINK, f"{page_url(model, 'changelist')}?{PARAMETER}={alias}&{query}", text)
