"""Forgets sagas that ended long ago. How long is in `table_retention`."""

from shards import retention
from shards.saga import procedures
from shards.scope import on_alias
from shards.transactions import in_transaction

BATCH = 1_000

_batch = in_transaction(procedures.saga_cleanup)


def cleanup(alias: str) -> int:
    """Returns how many rows of one database were deleted."""
    keep, keep_inbox = retention.seconds("saga_instances"), retention.seconds("saga_inbox")
    with on_alias(alias):
        removed = retention.batches(
            lambda: _batch(keep_seconds=keep, keep_inbox_seconds=keep_inbox, limit=BATCH), BATCH
        )
    retention.swept("saga_instances", removed)  # of the inbox, too: one routine deletes from both
    return removed
