"""How long the rows of each table stay. Every table is named once, by the app that owns it: kept for a time, or not.

The days are rows of `table_retention`, which operators change; what is said here is the period that a new row begins
with. A table's `sweep` deletes in bounded batches and records what it removed.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.db.models import F
from django.utils.timezone import now

from shards.models import Retention
from shards.transactions import in_global_transaction

DAY = 24 * 3600
BATCH = 1_000
BATCHES = 100  # of one run; a later run goes on


class Period(NamedTuple):
    days: int
    why: str


PERIODS: dict[str, Period] = {}
# Tables whose rows stay, or go with what they belong to: what bounds them.
STAYS: dict[str, str] = {}
# Periods that a routine's text says; changing one is changing the routine.
IN_SQL: dict[str, str] = {}


def keeps(table: str, days: int, why: str) -> None:
    PERIODS[table] = Period(days, why)


def stays(why: str, *tables: str) -> None:
    STAYS.update(dict.fromkeys(tables, why))


def seconds(table: str) -> int:
    days = Retention.objects.filter(pk=table).values_list("keep_days", flat=True).first()
    return DAY * (PERIODS[table].days if days is None else days)


@in_global_transaction
def swept(table: str, removed: int) -> None:
    row, _ = Retention.objects.get_or_create(pk=table, defaults={"keep_days": PERIODS[table].days})
    Retention.objects.filter(pk=row.pk).update(
        removed_rows=F("removed_rows") + removed, last_removed=removed, last_swept_at=now()
    )


def sweep(table: str, batch: Callable[[int], int], limit: int | None = None) -> int:
    """`batch` deletes at most `limit` (BATCH) rows older than the seconds it is given. Returns how many went."""
    kept = seconds(table)
    removed = batches(lambda: batch(kept), limit)
    swept(table, removed)
    return removed


def batches(batch: Callable[[], int], limit: int | None = None) -> int:
    """Until one is not full, or it is enough for one run; returns how many rows."""
    removed = 0
    for _ in range(BATCHES):
        deleted = batch()
        removed += deleted
        if deleted < (limit or BATCH):
            break
    return removed
