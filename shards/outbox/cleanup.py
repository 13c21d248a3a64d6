"""Forgets what nobody needs any more, in batches that hold no lock for long. The job's period is in config.celery."""

from collections.abc import Callable

from shards.outbox import procedures
from shards.scope import on_alias
from shards.transactions import in_transaction

DAY = 24 * 3600
EVENTS_KEPT_SECONDS = 30 * DAY  # published events; so long can a new consumer look back, and a replay
INBOX_KEPT_SECONDS = 90 * DAY  # longer: an event that waited for an operator may come late
BATCH = 2_000

_events = in_transaction(procedures.universal_outbox_cleanup)
_inbox = in_transaction(procedures.outbox_inbox_cleanup)


def cleanup(alias: str) -> int:
    """Returns how many rows of one database were deleted."""
    with on_alias(alias):
        return _all(_events, EVENTS_KEPT_SECONDS) + _all(_inbox, INBOX_KEPT_SECONDS)


def _all(batch: Callable[..., int], keep_seconds: int) -> int:
    total = 0
    while deleted := batch(keep_seconds=keep_seconds, limit=BATCH):
        total += deleted
        if deleted < BATCH:
            break
    return total
