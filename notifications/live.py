"""New notifications and the unread count as server-sent events, for those who look.

An account has a Redis Stream only while somebody follows it, or did within `KEPT_SECONDS`: who connects makes it, and
news is appended to streams that exist. So a creation for a hundred thousand accounts costs those who are not there
nothing but a question. Redis may lose all of it: a client that connects is told the count, and reads the list.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Protocol
from uuid import UUID

from redis.exceptions import RedisError

from config import sse
from config.redis import streams as redis
from notifications import selectors

KEPT_SECONDS = 2 * int(sse.LONGEST_SECONDS)
KEPT = 200  # events of an account; a client that missed more reads the list
LAST_SEQUENCE = 2**64 - 1


class News(Protocol):
    @property
    def notification_id(self) -> UUID: ...
    @property
    def account_db_key(self) -> int: ...
    @property
    def type_id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def priority(self) -> int: ...


def stream_of(account_db_key: int) -> str:
    return f"notifications:live:{account_db_key}"


def opened(*, account_db_key: int, last_event: str) -> str:
    """Make the stream and tell the count; returns after which event this client goes on: the new one for a newcomer."""
    stream = stream_of(account_db_key)
    unread = {"unread_count": selectors.unread_count(account_db_key=account_db_key)}
    entry_id: Any = redis().xadd(stream, sse.fields("unread", unread), maxlen=KEPT)
    redis().expire(stream, KEPT_SECONDS)
    return before(entry_id.decode()) if last_event == sse.FIRST else last_event


def before(entry_id: str) -> str:
    """The largest id that is smaller."""
    milliseconds, sequence = map(int, entry_id.split("-"))
    return f"{milliseconds}-{sequence - 1}" if sequence else f"{milliseconds - 1}-{LAST_SEQUENCE}"


def tell_new(rows: Iterable[News]) -> None:
    """To those who follow: each new one, then the count. Without Redis nobody is told, and nothing is lost."""
    with suppress(RedisError):
        told = list(rows)
        pipeline = redis().pipeline(transaction=False)
        for row in told:
            shown = {
                "notification_id": row.notification_id,
                "type_id": row.type_id,
                "title": row.title,
                "message": row.message,
                "priority": row.priority,
            }
            pipeline.xadd(
                stream_of(row.account_db_key), sse.fields("notification", shown), maxlen=KEPT, nomkstream=True
            )
        answers = pipeline.execute()
        for key in {row.account_db_key for row, answer in zip(told, answers, strict=True) if answer}:
            tell_unread(account_db_key=key)


def tell_unread(*, account_db_key: int) -> None:
    """To those who follow, after something was read or deleted."""
    with suppress(RedisError):
        stream = stream_of(account_db_key)
        if redis().exists(stream):
            unread = {"unread_count": selectors.unread_count(account_db_key=account_db_key)}
            redis().xadd(stream, sse.fields("unread", unread), maxlen=KEPT, nomkstream=True)
