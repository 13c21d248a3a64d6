"""Once per event id: the inbox row is written in the effect's own transaction, on the database where the effect is.

    @consumes("chat", "account.withdrawn")
    def close_rooms(event: Event) -> None:
        _close_rooms(event, account_db_key=event.event_data["account_db_key"])

    @once("chat", in_account_transaction)
    def _close_rooms(event: Event, *, account_db_key: int) -> None: ...

The unit is one of `shards.transactions`: it chooses the database and repeats the whole after a deadlock. A crash before
COMMIT leaves neither row nor effect; a second delivery at the same time waits for the first one's COMMIT and then does
nothing. Another effect of the same event on the same database needs another name.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from shards.outbox import procedures
from shards.outbox.registry import Event
from shards.transactions import in_transaction

P = ParamSpec("P")


def once(
    name: str, unit: Callable[[Callable[..., bool]], Callable[..., bool]] = in_transaction
) -> Callable[[Callable[Concatenate[Event, P], Any]], Callable[Concatenate[Event, P], bool]]:
    """The decorated function returns whether the effect happened now."""

    def decorate(effect: Callable[Concatenate[Event, P], Any]) -> Callable[Concatenate[Event, P], bool]:
        @unit
        @wraps(effect)
        def handled(event: Event, *args: P.args, **kwargs: P.kwargs) -> bool:
            if not procedures.outbox_inbox_insert(consumer=name, event_id=event.event_id).is_new:
                return False
            effect(event, *args, **kwargs)
            return True

        return handled

    return decorate
