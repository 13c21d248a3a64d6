"""Codes that expired long ago are deleted, in bounded steps."""

from accounts.codes import procedures
from shards import retention
from shards.transactions import in_global_transaction

TABLE = "table_one_time_codes"

_expire = in_global_transaction(procedures.one_time_codes_expire)


def codes_expire() -> int:
    """Returns how many."""
    return retention.sweep(TABLE, lambda seconds: _expire(seconds=seconds, limit=retention.BATCH).deleted)
