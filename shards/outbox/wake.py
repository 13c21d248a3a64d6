"""Tells a relay, or a driver of sagas, that something was committed, so that it need not wait to be looked for.

A sorted set for each database and work, of one member: repeated calls are one, and one process takes it. It is a hint
alone: lost with Redis or with a killed process, their own looking finds what there is a moment later. So it costs the
caller one short command after its commit, never an error, and nothing while Redis is down.
"""

import time
from functools import cache, partial

import structlog
from django.db import transaction
from redis.exceptions import RedisError

from config.redis import hints, streams

log = structlog.get_logger(__name__)

REST_SECONDS = 5.0  # after a failure nobody tries for so long

_rest_until = 0.0


def announce(alias: str, work: str = "outbox") -> None:
    """Once this database's current transaction has committed, a relay looks for its events."""
    if transaction.get_connection(alias).in_atomic_block:
        waker = _waker(alias, work)
        hooks = transaction.get_connection(alias).run_on_commit
        if not hooks or hooks[-1][1] is not waker:
            transaction.on_commit(waker, using=alias, robust=True)
    else:
        _wake(alias, work)


def wait(alias: str, seconds: float, work: str = "outbox") -> bool:
    """Until somebody announces something on this database, `seconds` (below 5) at most; raises redis-py's errors."""
    return streams().bzpopmin(_key(alias, work), timeout=seconds) is not None


def _wake(alias: str, work: str) -> None:
    global _rest_until  # noqa: PLW0603  # one clock for the process
    if time.monotonic() < _rest_until:
        return
    try:
        hints().zadd(_key(alias, work), {"1": 0})
    except RedisError as error:
        _rest_until = time.monotonic() + REST_SECONDS
        log.warning("outbox_wake_failed", database=alias, error=str(error))


@cache
def _waker(alias: str, work: str) -> partial[None]:
    return partial(_wake, alias, work)


def _key(alias: str, work: str) -> str:
    return f"{work}:wake:{alias}"
