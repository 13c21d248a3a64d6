"""Kept answers do not stay: a day, then bounded deletes on every database."""

from shards import retention
from shards.idempotency import procedures
from shards.transactions import in_transaction
from shards.walk import on_each_database

TABLE = "table_idempotency_keys"

_expire = in_transaction(procedures.idempotency_keys_expire)


def expire_all() -> dict[str, int | str]:
    """database -> deleted rows, or why not."""
    return on_each_database(expire, "shards.idempotency_expire")


def expire() -> int:
    """On the current database; returns how many rows."""
    return retention.sweep(TABLE, lambda seconds: _expire(seconds=seconds, limit=retention.BATCH).deleted)
