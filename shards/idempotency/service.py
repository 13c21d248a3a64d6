"""Kept answers do not stay: a day, then bounded deletes on every database."""

from shards.idempotency import procedures
from shards.transactions import in_transaction
from shards.walk import on_each_database

KEPT_SECONDS = 24 * 3600
DELETED_AT_ONCE = 1_000
BATCHES = 100  # of one run; a later run goes on

_expire = in_transaction(procedures.idempotency_keys_expire)


def expire_all() -> dict[str, int | str]:
    """database -> deleted rows, or why not."""
    return on_each_database(expire, "shards.idempotency_expire")


def expire() -> int:
    """On the current database; returns how many rows."""
    deleted = 0
    for _ in range(BATCHES):
        batch = _expire(seconds=KEPT_SECONDS, limit=DELETED_AT_ONCE).deleted
        deleted += batch
        if batch < DELETED_AT_ONCE:
            break
    return deleted
