"""Forgets what nobody needs any more, in batches that hold no lock for long. How long is in `table_retention`."""

from collections.abc import Callable

from shards import retention
from shards.outbox import procedures
from shards.scope import on_alias
from shards.transactions import in_transaction

BATCH = 2_000

_events = in_transaction(procedures.universal_outbox_cleanup)
_inbox = in_transaction(procedures.outbox_inbox_cleanup)


def cleanup(alias: str) -> int:
    """Returns how many rows of one database were deleted."""
    with on_alias(alias):
        return _all("outbox_events", _events) + _all("outbox_inbox", _inbox)


def _all(table: str, batch: Callable[..., int]) -> int:
    return retention.sweep(table, lambda seconds: batch(keep_seconds=seconds, limit=BATCH), BATCH)
