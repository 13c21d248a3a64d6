"""Which events there are, and who consumes them. One registry; an unknown name fails when Django starts.

An app registers its consumer where it is ready:

    @consumes("notifications", "signal.detected")
    def notify(event: Event) -> None: ...

Handlers are called one **or more** times for an event, in sequence order within a partition. They open their own
transactions and must be idempotent.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

# domain -> event types. The partition key is the account for account, the symbol for market.
EVENT_TYPES: dict[str, frozenset[str]] = {
    "account": frozenset({"account.created"}),
    "market": frozenset({"signal.detected"}),
}


class Event(NamedTuple):
    """The envelope. `source` is the alias of the database that the event lives on."""

    source: str
    event_id: UUID
    domain: str
    partition_key: str
    sequence_no: int
    event_type: str
    schema_version: int
    aggregate_id: str
    event_data: dict[str, Any]
    created_at: datetime


Handler = Callable[[Event], None]

_handlers: dict[str, dict[str, Handler]] = {}  # consumer -> event type -> handler


def consumes(consumer: str, event_type: str) -> Callable[[Handler], Handler]:
    domain_of(event_type)  # raises for an unknown type

    def register(handler: Handler) -> Handler:
        handlers = _handlers.setdefault(consumer, {})
        if event_type in handlers:
            raise TypeError(f"{consumer} has a handler for {event_type} already")
        handlers[event_type] = handler
        return handler

    return register


def domain_of(event_type: str) -> str:
    """The domain of an event type; raises LookupError for one that the registry does not know."""
    for domain, types in EVENT_TYPES.items():
        if event_type in types:
            return domain
    raise LookupError(f"{event_type!r} is not in shards.outbox.registry.EVENT_TYPES")


def consumers() -> dict[str, dict[str, Handler]]:
    return _handlers


def consumed_domains(consumer: str) -> list[str]:
    return sorted({domain_of(event_type) for event_type in _handlers[consumer]})
