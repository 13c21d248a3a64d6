"""Codes that expired long ago are deleted, in bounded steps."""

from accounts.codes import procedures
from shards.transactions import in_global_transaction

KEPT_SECONDS = 7 * 24 * 3600
DELETED_AT_ONCE = 1_000
BATCHES = 100  # of one run; a later run goes on

_expire = in_global_transaction(procedures.one_time_codes_expire)


def codes_expire() -> int:
    """Returns how many."""
    deleted = 0
    for _ in range(BATCHES):
        batch = _expire(seconds=KEPT_SECONDS, limit=DELETED_AT_ONCE).deleted
        deleted += batch
        if batch < DELETED_AT_ONCE:
            break
    return deleted
