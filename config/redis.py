"""The one place that makes Redis clients for what must be kept: streams and sessions (`settings.REDIS_URL`).

redis-py's own defaults are not ours: it waits five seconds and repeats ten times, and a repeated XADD appends twice.
Here a command waits one second; it is repeated once, for a connection that a restarted server left behind, only by
the client whose commands may run twice.
"""

import os
import threading
from functools import cache
from typing import Any, cast

from django.conf import settings
from redis import Connection, Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry


@cache
def sessions() -> Redis:
    """For commands that may run twice: GET, SET, HSET."""
    return _client(Retry(NoBackoff(), 1))


@cache
def streams() -> Redis:
    """For XADD, XREADGROUP and XACK: each is sent once, its caller decides what a failure means."""
    return _client(Retry(NoBackoff(), 0))


@cache
def hints() -> Redis:
    """For what may be lost: one try, and a quarter of a second is all that a caller gives for it."""
    return _client(Retry(NoBackoff(), 0), connect=0.25, answer=0.25)


class _Own(threading.local):
    def __init__(self) -> None:
        self.connections: dict[Any, Connection] = {}  # pool -> this thread's connection beside it


def ask(client: Redis, *command: Any) -> Any:
    """One command as the client would send and repeat it, over a connection of this thread's own: a third of the time
    of one from the pool, which is locked, looked after and counted for each command. The answer is as Redis gives it.
    """
    pool = client.connection_pool
    connection = _own.connections.get(pool)
    if connection is None:
        connection = _own.connections[pool] = cast(Connection, pool.make_connection())

    def asked() -> Any:
        connection.send_command(*command)
        return connection.read_response()

    # What fails half-way leaves no connection on which its answer could still come.
    return connection.retry.call_with_retry(asked, lambda error: connection.disconnect())


def _forget_own() -> None:
    """A child process must not speak on its parent's connection."""
    _own.connections.clear()


_own = _Own()
os.register_at_fork(after_in_child=_forget_own)


def _client(retry: Retry, connect: float = 1, answer: float = 5) -> Redis:
    return Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=connect,
        socket_timeout=answer,
        retry=retry,
        retry_on_error=[RedisConnectionError],
        health_check_interval=15,
    )
