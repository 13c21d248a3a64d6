"""Celery's Redis transport, with one fault of kombu 5.7 mended.

When Redis goes away twice within seconds, kombu gives unacknowledged messages back (and acknowledges what has ended)
through a channel whose connection was torn down already. It fails with an AttributeError there, which no caller takes
for a broken connection: the worker ends. Said as the ConnectionError that it is, the worker connects again, and
Redis gives the messages to a consumer after `unacked_restore_interval`.
"""

from typing import Any

from kombu.transport import TRANSPORT_ALIASES
from kombu.transport import redis as kombu_redis
from redis.exceptions import ConnectionError as RedisConnectionError


class Channel(kombu_redis.Channel):
    def _connparams(self, asynchronous: bool = False) -> Any:
        if getattr(self.connection, "client", None) is None:
            raise RedisConnectionError("this channel's connection was torn down")
        return super()._connparams(asynchronous=asynchronous)  # type: ignore[misc]


class Transport(kombu_redis.Transport):
    Channel = Channel


def install() -> None:
    """An address does not choose a transport by its class, so the name `redis` means this one."""
    TRANSPORT_ALIASES["redis"] = f"{__name__}:{Transport.__name__}"
