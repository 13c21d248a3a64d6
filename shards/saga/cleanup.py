"""Forgets sagas that ended long ago. The job's period is in config.celery."""

from shards.saga import procedures
from shards.scope import on_alias
from shards.transactions import in_transaction

DAY = 24 * 3600
KEPT_SECONDS = 180 * DAY  # so long does an idempotency key mean the same saga, and an operator see what was done
INBOX_KEPT_SECONDS = 365 * DAY  # longer: a saga that waited for an operator may send its command once more
BATCH = 1_000

_batch = in_transaction(procedures.saga_cleanup)


def cleanup(alias: str) -> int:
    """Returns how many rows of one database were deleted."""
    total = 0
    with on_alias(alias):
        while deleted := _batch(keep_seconds=KEPT_SECONDS, keep_inbox_seconds=INBOX_KEPT_SECONDS, limit=BATCH):
            total += deleted
            if deleted < BATCH:
                break
    return total
