"""Exact counters of requests in Redis: `settings.THROTTLES` says how many of what in how long.

A window begins with the first request and is over after its seconds. Counting and asking are one script, so no two
requests get the same place. With Redis down nobody is refused: the API goes on, and says so in the log.
"""

from typing import NamedTuple, cast

import structlog
from django.conf import settings
from prometheus_client import Counter
from redis.exceptions import RedisError

from config.redis import sessions as redis
from config.refusals import Refusal

log = structlog.get_logger(__name__)

THROTTLED = Counter("throttled_requests", "Requests refused with 429, by their line of THROTTLES", ["throttle"])

# Returns how often this was asked in the window, and how many milliseconds of it are left.
COUNT = """
local count = redis.call('INCR', KEYS[1])
if count == 1 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return {count, redis.call('PTTL', KEYS[1])}
"""


class Throttled(Refusal):
    code = "throttled"
    status = 429
    detail = "Too many requests; wait for the time that Retry-After says."

    def __init__(self, retry_after: int = 1) -> None:
        super().__init__()
        self.retry_after = retry_after  # type: ignore[misc]  # of this one refusal


FORGIVE = """
if redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('DECR', KEYS[1])
end
"""


def count(name: str, who: object) -> None:
    """Count one request of `who`; raises Throttled above the limit of that name."""
    limit, seconds = settings.THROTTLES[name]
    try:
        counted, left = cast(tuple[int, int], redis().eval(COUNT, 1, _key(name, who), seconds * 1000))
    except RedisError as error:
        log.warning("throttle_without_redis", throttle=name, error=str(error))
        return
    if counted > limit:
        THROTTLED.labels(name).inc()
        raise Throttled(max(1, -(-left // 1000)))


def forgive(name: str, who: object) -> None:
    """Take back one that was counted and turned out right."""
    try:
        redis().eval(FORGIVE, 1, _key(name, who))
    except RedisError as error:
        log.warning("throttle_without_redis", throttle=name, error=str(error))


def lift(name: str, who: object) -> None:
    """Begin a new window for one of them."""
    try:
        redis().delete(_key(name, who))
    except RedisError as error:
        log.warning("throttle_without_redis", throttle=name, error=str(error))


def lift_all(account_db_key: int) -> None:
    """Everything that is counted for one account, from whatever address."""
    keys = _keys(account_db_key)
    if keys:
        redis().delete(*keys)


class Counted(NamedTuple):
    name: str
    detail: str  # what it is counted by beside the account, such as an address
    counted: int
    limit: int
    seconds_left: int


def counted_of(account_db_key: int) -> list[Counted]:
    """What is counted for one account now, what is refused first; empty with Redis down."""
    try:
        keys = _keys(account_db_key)
        pipeline = redis().pipeline(transaction=False)
        for key in keys:
            pipeline.get(key)
            pipeline.ttl(key)
        answers = pipeline.execute()
    except RedisError as error:
        log.warning("throttle_without_redis", account_db_key=account_db_key, error=str(error))
        return []
    found = []
    for key, counted, left in zip(keys, answers[::2], answers[1::2], strict=True):
        _, name, _, *detail = key.split(":", 3)
        if counted is not None and name in settings.THROTTLES:
            found.append(Counted(name, "".join(detail), int(counted), settings.THROTTLES[name][0], max(left, 0)))
    return sorted(found, key=lambda one: (one.counted <= one.limit, one.name, one.detail))


def _keys(account_db_key: int) -> list[str]:
    patterns = (f"throttle:*:{account_db_key}", f"throttle:*:{account_db_key}:*")
    found = {key.decode() for pattern in patterns for key in redis().scan_iter(pattern, count=1000)}
    return sorted(key for key in found if key.split(":")[2] == str(account_db_key))


def _key(name: str, who: object) -> str:
    return f"throttle:{name}:{who}"
