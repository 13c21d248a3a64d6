"""Jobs that keep notifications in order: what is due leaves, what is old is forgotten, the statistics are recounted."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from notifications import procedures
from notifications.delivery import procedures as delivery
from notifications.procedures import Difference
from shards.transactions import in_transaction
from shards.walk import on_each_shard

ROWS = 1_000  # a transaction
TRANSACTIONS = 50  # a run and shard, so that none runs for ever
ACCOUNTS = 1_000  # a check's statement
KEPT = timedelta(days=90)  # rows that are gone; see fp_inapp_notification_leave

_sweep = in_transaction(procedures.inapp_notification_sweep)
_sweep_deliveries = in_transaction(delivery.notification_delivery_sweep)


def sweep_all() -> dict[str, Any]:
    """shard -> rows swept, or why not."""
    return {str(shard_id): result for shard_id, result in on_each_shard(sweep, "notification sweep").items()}


def sweep() -> int:
    """On the current shard; returns how many rows went one step further."""
    return _repeated(_sweep) + _repeated(_sweep_deliveries)


def _repeated(some: Callable[..., Iterable[int]]) -> int:
    """Until a transaction is not full."""
    done = 0
    for _ in range(TRANSACTIONS):
        swept = tuple(some(limit=ROWS))
        done += sum(swept)
        if sum(swept) < ROWS:
            break
    return done


def differences() -> list[Difference]:
    """Where statistics or counters of the current shard are not what a recount of its rows gives: a bug, if any."""
    found: list[Difference] = []
    since = (datetime.now(UTC) - KEPT).date()
    after: int | None = 0
    while after is not None:
        *wrong, last = procedures.inapp_notification_check(after_account_db_key=after, limit=ACCOUNTS, since=since)
        found += wrong
        after = last.account_db_key
    return found


def check_all() -> dict[str, Any]:
    """shard -> number of differences, or why not; each difference is a line in the log."""
    return {
        str(shard_id): result if isinstance(result, str) else len(result)
        for shard_id, result in on_each_shard(differences, "notification check").items()
    }
