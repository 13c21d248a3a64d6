"""Which events there are, and who consumes them. One registry; an unknown name fails when Django starts.

An app names the events that it publishes and registers its consumers where it is ready:

    MESSAGE_STORED = event_type("chat.message_stored")

    @consumes("notifications", "signal.detected")
    def notify(event: Event) -> None: ...

Handlers are called one **or more** times for an event, in sequence order within a partition. They open their own
transactions and must be idempotent; `inbox.once` makes an effect in a database happen once.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID


class Domain(StrEnum):
    """With what the partition key is. Never renamed: rows and streams carry these words."""

    ACCOUNT = "account"  # account_db_key
    CHAT = "chat"  # room_id
    MARKET = "market"  # symbol
    PORTFOLIO = "portfolio"  # account_db_key
    SAGA = "saga"  # database and lane, see shards.saga.commands


# domain -> event type -> version of its event_data. A form that old consumers cannot read is a new version.
EVENT_TYPES: dict[Domain, dict[str, int]] = {
    Domain.ACCOUNT: {
        "account.created": 1,
        "account.notification_settings_changed": 1,
        "account.password_changed": 1,
    },
    Domain.CHAT: {
        "chat.room_created": 1,
        "chat.messages_stored": 1,
        "chat.message_deleted": 1,
        "chat.room_deleted": 1,
    },
    Domain.MARKET: {"signal.detected": 1, "alarm.created": 1, "price.reached": 1},
    Domain.PORTFOLIO: {"portfolio.order_filled": 1, "portfolio.order_ended": 1},
    Domain.SAGA: {"saga.command": 1, "saga.reply": 1},
}

# What happens behind an event that used up its tries: its partition waits for an operator, because later events mean
# nothing without it, or goes on, because each event stands alone.
IS_BLOCKED_BY_DEAD_LETTER: dict[Domain, bool] = {
    Domain.ACCOUNT: True,
    Domain.CHAT: False,
    Domain.MARKET: False,
    Domain.PORTFOLIO: True,
    Domain.SAGA: False,  # a command without a reply is sent again
}


class EventType(NamedTuple):
    name: str
    domain: Domain
    schema_version: int


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


def consumes(consumer: str, name: str) -> Callable[[Handler], Handler]:
    event_type(name)  # raises for an unknown type

    def register(handler: Handler) -> Handler:
        handlers = _handlers.setdefault(consumer, {})
        if name in handlers:
            raise TypeError(f"{consumer} has a handler for {name} already")
        handlers[name] = handler
        return handler

    return register


def event_type(name: str) -> EventType:
    """Raises LookupError for one that the registry does not know."""
    for domain, versions in EVENT_TYPES.items():
        if name in versions:
            return EventType(name, domain, versions[name])
    raise LookupError(f"{name!r} is not in shards.outbox.registry.EVENT_TYPES")


def domain_of(name: str) -> Domain:
    return event_type(name).domain


def consumers() -> dict[str, dict[str, Handler]]:
    return _handlers


def consumed_domains(consumer: str) -> list[str]:
    return sorted({domain_of(name) for name in _handlers[consumer]})


def _check() -> None:
    names = [name for versions in EVENT_TYPES.values() for name in versions]
    assert EVENT_TYPES.keys() == set(Domain), "EVENT_TYPES must have every domain"  # noqa: S101
    assert IS_BLOCKED_BY_DEAD_LETTER.keys() == set(Domain), "each domain needs its policy"  # noqa: S101
    assert len(names) == len(set(names)), "an event type belongs to one domain"  # noqa: S101


_check()
