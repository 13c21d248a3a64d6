"""Messages that were acknowledged and cannot be stored: parked with the reason, and stored again when an operator says.

A parked message has left Redis, so that its room's other messages are dealt with as if it had never been; stored again,
it comes into its place among them. The row goes only after that was committed.
"""

from typing import Any
from uuid import UUID

import structlog
from prometheus_client import Counter

from chat import procedures
from chat.live.message import for_routine
from chat.live.store import store_each_for
from chat.models import ChatParked
from config.refusals import Refusal
from shards.transactions import in_transaction

log = structlog.get_logger(__name__)

NO_ROOM = "there is no such room of this account"
PARKED = Counter("chat_parked", "Acknowledged messages that could not be stored")


@in_transaction
def park(messages: dict[bytes, str]) -> None:
    """The message as it was accepted -> why it is not stored. On the current shard."""
    for text, reason in messages.items():
        message = for_routine(text)
        _park(message, text.decode(), reason)
        PARKED.inc()
        log.error("chat_message_parked", message_id=message["message_id"], reason=reason)


def store_again(row: ChatParked) -> bool:
    """Whether it is stored now; why not is noted in the row. Raises what says that the database is away."""
    message = for_routine(row.message.encode())
    try:
        stored, refused = store_each_for(row.account_db_key, [message])
    except Refusal as refusal:
        stored, refused = [], {message["message_id"]: refusal.code}
    if stored:
        _unpark(message_id=row.message_id)
    else:
        in_transaction(_park)(message, row.message, refused.get(message["message_id"], NO_ROOM))
    return bool(stored)


def _park(message: dict[str, Any], text: str, reason: str) -> None:
    procedures.chat_message_park(
        message_id=UUID(message["message_id"]),
        account_db_key=message["account_db_key"],
        room_id=UUID(message["room_id"]),
        message=text,
        reason=reason,
    )


_unpark = in_transaction(procedures.chat_message_unpark)
