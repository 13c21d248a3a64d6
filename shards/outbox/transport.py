"""How events leave a database and reach its consumers: the one interface of both transports, and what can go wrong.

`settings.OUTBOX_BROKER_URL` is empty for Redis Streams, or any URL that Kombu speaks, such as amqp://...
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple, Protocol

from django.conf import settings

from shards.outbox.procedures import Claimed
from shards.outbox.registry import Event


class TransportDown(Exception):
    """It cannot be reached, or did not answer: whether the events arrived is unknown. Costs no try."""


class Refused(Exception):
    """It answered and does not take these events."""


class StreamLost(Exception):
    """Redis has lost entries of this stream (emptied, or restarted without its last second): send them again."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.stream = stream


class Delivery(NamedTuple):
    events: list[Event]
    acknowledge: Callable[[], object]  # not called: they come again


class Inbound(Protocol):
    def with_entries(self, consumer: str, alias: str) -> list[str]:
        """The streams of one database that have something for the consumer; cheap, because it is asked all the time."""

    def deliveries(self, consumer: str, stream: str) -> Iterator[Delivery]:
        """What is there, in batches, until nothing is left."""


class Transport(Protocol):
    def append(self, source: str, events: Iterable[Claimed], expected: dict[str, str]) -> dict[str, str]:
        """Send the events of one database, in order; returns stream -> last id for transports that can lose data.

        `expected` is the last id that each stream must have reached. Raises the exceptions above.
        """


def transport() -> Transport:
    from shards.outbox import streams

    return _broker(settings.OUTBOX_BROKER_URL) if settings.OUTBOX_BROKER_URL else streams


def inbound() -> Inbound:
    from shards.outbox import reading

    return _broker(settings.OUTBOX_BROKER_URL) if settings.OUTBOX_BROKER_URL else reading


@cache
def _broker(url: str) -> Any:
    from shards.outbox.broker import Broker  # Kombu takes a while to import

    return Broker(url)
