"""The one place that makes Redis clients for what must be kept: streams and sessions (`settings.REDIS_URL`).

redis-py's own defaults are not ours: it waits five seconds and repeats ten times, and a repeated XADD appends twice.
Here a command waits one second; it is repeated once, for a connection that a restarted server left behind, only by
the client whose commands may run twice.
"""

from functools import cache

from django.conf import settings
from redis import Redis
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


def _client(retry: Retry, connect: float = 1, answer: float = 5) -> Redis:
    return Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=connect,
        socket_timeout=answer,
        retry=retry,
        retry_on_error=[RedisConnectionError],
        health_check_interval=15,
    )
