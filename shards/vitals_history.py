"""The vitals of every database over the last week: written by the job that asks them, drawn by the databases' pages."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Max
from django.utils import timezone

from shards import retention
from shards.models import DatabaseVitals, ErrorLog
from shards.scope import current_alias
from shards.transactions import in_global_transaction
from shards.vitals import Vitals

EVERY = timedelta(seconds=55)  # a row a minute: the job comes twice in one
POINTS = 120  # of a chart
ERRORS = 5_000  # rows of an error log that a chart counts, the latest


class Course(NamedTuple):
    """One list for each chart, all of POINTS buckets: the worst of each, None where nothing is known."""

    times: list[datetime]  # the buckets' ends
    down: list[float | None]  # the share of askings that were not answered, in percent
    figures: dict[str, list[float | None]]  # by the names of `Vitals`; lock_waits_total as waits of the bucket
    grown: dict[str, int]  # table -> bytes more than at the first moment that is known


@in_global_transaction
def record(found: dict[str, Any]) -> int:
    """alias -> Vitals, or anything else for a database that did not answer. Returns the rows written: none too soon."""
    now = timezone.now()
    latest = DatabaseVitals.objects.aggregate(at=Max("at"))["at"]
    if latest is not None and now - latest < EVERY:
        return 0
    rows = [
        DatabaseVitals(database=alias, at=now, figures=answer._asdict() if isinstance(answer, Vitals) else None)
        for alias, answer in found.items()
    ]
    DatabaseVitals.objects.bulk_create(rows)
    kept = timedelta(seconds=retention.seconds("table_database_vitals"))
    old = DatabaseVitals.objects.filter(at__lt=now - kept).order_by("at").values_list("pk", flat=True)
    DatabaseVitals.objects.filter(pk__in=list(old[: retention.BATCH])).delete()
    return len(rows)


def course(alias: str, period: timedelta) -> Course:
    """From so long ago until now."""
    until = timezone.now()
    step = period / POINTS
    rows = DatabaseVitals.objects.filter(database=alias, at__gt=until - period).order_by("at")
    seen = list(rows.values_list("at", "figures"))
    buckets: list[list[dict[str, Any] | None]] = [[] for _ in range(POINTS)]
    for at, figures in seen:
        buckets[_place(at, until, step)].append(figures)
    known = [[figures for figures in bucket if figures] for bucket in buckets]
    names = [name for name in Vitals._fields if name != "largest"]
    series = {name: [max((row[name] for row in rows), default=None) for rows in known] for name in names}
    series["lock_waits_total"] = _growth(series["lock_waits_total"])
    return Course(
        times=[until - step * (POINTS - 1 - number) for number in range(POINTS)],
        down=[100 * (1 - len(some) / len(all_)) if all_ else None for some, all_ in zip(known, buckets, strict=True)],
        figures=series,
        grown=_grown([figures["largest"] for _, figures in seen if figures]),
    )


def errors(period: timedelta) -> list[int]:
    """Rows of the current database's error log in each bucket of a chart."""
    until, counts = timezone.now(), [0] * POINTS
    rows = ErrorLog.objects.filter(create_time__gt=until - period).order_by("-create_time")
    for at in rows.using(current_alias()).values_list("create_time", flat=True)[:ERRORS]:
        counts[_place(at, until, period / POINTS)] += 1
    return counts


def _place(at: datetime, until: datetime, step: timedelta) -> int:
    return max(POINTS - 1 - int((until - at) / step), 0) if at <= until else POINTS - 1


def _growth(totals: Sequence[float | None]) -> list[float | None]:
    """What a counter grew by since the bucket before that is known; a server that was started anew begins at zero."""
    result: list[float | None] = []
    before: float | None = None
    for total in totals:
        result.append(None if total is None or before is None else max(total - before, 0))
        before = before if total is None else total
    return result


def _grown(sizes: list[dict[str, int]]) -> dict[str, int]:
    first: dict[str, int] = {}
    for largest in sizes:
        first = largest | first
    return {table: size - first[table] for table, size in (sizes[-1] if sizes else {}).items()}
