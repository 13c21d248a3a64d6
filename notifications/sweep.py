"""Jobs that keep notifications in order: what is due leaves, what is old is forgotten, the statistics are recounted."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from notifications import procedures
from notifications.delivery import procedures as delivery
from notifications.procedures import Difference
from shards import retention
from shards.transactions import in_transaction
from shards.walk import on_each_shard

ROWS = 1_000  # a transaction
TRANSACTIONS = 50  # a run and shard, so that none runs for ever
ACCOUNTS = 1_000  # a check's statement
KEPT = timedelta(days=90)  # rows that are gone; see fp_inapp_notification_leave

# As fp_notification_delivery_sweep calls them.
TABLES = {name: f"table_notification_{name}" for name in ("deliveries", "traces", "budgets", "stamps")}

_sweep = in_transaction(procedures.inapp_notification_sweep)
_forget = in_transaction(delivery.notification_delivery_sweep)


def sweep_all() -> dict[str, Any]:
    """shard -> rows swept, or why not."""
    return {str(shard_id): result for shard_id, result in on_each_shard(sweep, "notification sweep").items()}


def sweep() -> int:
    """On the current shard; returns how many rows went one step further."""
    return _repeated(_sweep).total() + _forget_old()


def _forget_old() -> int:
    days = {f"{name}_days": retention.seconds(table) // retention.DAY for name, table in TABLES.items()}
    removed = _repeated(partial(_forget, **days))
    for name, table in TABLES.items():
        retention.swept(table, removed[name])
    return removed.total()


def _repeated(some: Callable[..., Any]) -> Counter[str]:
    """Until a transaction is not full; what was swept -> rows."""
    done: Counter[str] = Counter()
    for _ in range(TRANSACTIONS):
        swept = some(limit=ROWS)
        done.update(swept._asdict())
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
