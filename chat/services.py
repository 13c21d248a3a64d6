"""What changes rooms and messages. Each service works on the shard of its `account_db_key`.

A change that has to see every message of a room settles the room first: what is on its way to MySQL is put there.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from redis.exceptions import RedisError

from chat import personas, procedures
from chat.exceptions import NotAQuestion
from chat.live import keys
from chat.live.accept import accept
from chat.live.history import settle
from chat.live.message import Message, id_of, now_us
from chat.procedures import MessageRow, RoomRow
from chat.seeds import DEFAULT
from chat.selectors import message_get
from config.redis import sessions as redis
from shards.fields import new_public_id
from shards.outbox.procedures import universal_outbox_publish
from shards.transactions import in_account_transaction

log = structlog.get_logger(__name__)


def room_create(*, account_db_key: int, title: str = "", ai_persona: str = DEFAULT) -> RoomRow:
    """Raises PersonaUnknown."""
    personas.latest(ai_persona)
    return _room_create(
        room_id=new_public_id(), account_db_key=account_db_key, title=title.strip(), ai_persona=ai_persona
    )


def room_update(
    *,
    account_db_key: int,
    room_id: UUID,
    title: str | None = None,
    ai_persona: str | None = None,
    is_archived: bool | None = None,
    current_message_id: UUID | None = None,
) -> RoomRow:
    """Change what is given; raises RoomUnknown, PersonaUnknown, MessageUnknown.

    `current_message_id` chooses the branch that the room shows: the one through this message, to its newest end.
    """
    if ai_persona is not None:
        personas.latest(ai_persona)
    if current_message_id is not None:
        settle(account_db_key=account_db_key, room_id=room_id)
    return _room_update(
        account_db_key=account_db_key,
        room_id=room_id,
        title=title,
        ai_persona=ai_persona,
        is_archived=is_archived,
        current_message_id=current_message_id,
    )


def room_delete(*, account_db_key: int, room_id: UUID) -> None:
    """Raises RoomUnknown. What is accepted at the same moment is stored as deleted."""
    settle(account_db_key=account_db_key, room_id=room_id)
    _room_delete(room_id=room_id, account_db_key=account_db_key)
    try:
        pipeline = redis().pipeline(transaction=True)
        pipeline.delete(keys.room(room_id), keys.tail(room_id))
        pipeline.hset(keys.room(room_id), "account", "nobody")
        pipeline.expire(keys.room(room_id), keys.GONE_SECONDS)
        pipeline.execute()
    except RedisError as error:
        log.warning("chat_room_not_forgotten", room_id=str(room_id), error=str(error))


def message_delete(*, account_db_key: int, room_id: UUID, message_id: UUID) -> None:
    """Raises RoomUnknown, MessageUnknown."""
    settle(account_db_key=account_db_key, room_id=room_id)
    _message_delete(account_db_key=account_db_key, room_id=room_id, message_id=message_id)


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wants to say."""

    content: str
    client_message_id: str | None = None
    edited_message_id: UUID | None = None  # says it instead of this message: the old branch is kept
    metadata: dict[str, Any] | None = None


def prepare(*, account_db_key: int, room_id: UUID, said: Said) -> Message:
    """The message that is to be accepted; an edit has moved the path to before what it replaces.

    Raises RoomUnknown, MessageUnknown, NotAQuestion.
    """
    named = said.client_message_id
    message_id = id_of(room_id, "client", named) if named else new_public_id()
    if said.edited_message_id is not None:
        edited = message_get(account_db_key=account_db_key, room_id=room_id, message_id=said.edited_message_id)
        if edited.message_type != "USER":
            raise NotAQuestion
        path_to(
            account_db_key=account_db_key,
            room_id=room_id,
            message_id=edited.parent_message_id,
            unless_message_id=message_id,
        )
    return Message(
        message_id=message_id,
        room_id=room_id,
        account_db_key=account_db_key,
        message_type="USER",
        content=said.content,
        metadata=said.metadata or {},
        moment_us=now_us(),
    )


def message_send(*, account_db_key: int, room_id: UUID, said: Said) -> MessageRow:
    """A message that wants no reply; raises RoomUnknown, ClientMessageReused, MessageUnknown."""
    return accept(prepare(account_db_key=account_db_key, room_id=room_id, said=said)).row()


def path_to(
    *, account_db_key: int, room_id: UUID, message_id: UUID | None, unless_message_id: UUID | None = None
) -> None:
    """What is said next follows this message; None: it is the first. Nothing when the next is there already."""
    settle(account_db_key=account_db_key, room_id=room_id)
    _path_set(
        account_db_key=account_db_key,
        room_id=room_id,
        message_id=message_id,
        sequence_no=now_us(),
        descend=False,
        unless_message_id=unless_message_id,
    )


@in_account_transaction
def _room_create(*, room_id: UUID, account_db_key: int, title: str, ai_persona: str) -> RoomRow:
    row = procedures.chat_room_create(
        room_id=room_id, account_db_key=account_db_key, title=title, ai_persona=ai_persona
    )
    _publish("chat.room_created", room_id, account_db_key, {"ai_persona": ai_persona})
    return row


@in_account_transaction
def _room_update(
    *,
    account_db_key: int,
    room_id: UUID,
    title: str | None,
    ai_persona: str | None,
    is_archived: bool | None,
    current_message_id: UUID | None,
) -> RoomRow:
    row = procedures.chat_room_update(
        room_id=room_id,
        account_db_key=account_db_key,
        title=title.strip() if title is not None else None,
        suggested_title=None,
        ai_persona=ai_persona,
        is_archived=is_archived,
    )
    if current_message_id is not None:
        row = procedures.chat_path_set(
            account_db_key=account_db_key,
            room_id=room_id,
            message_id=current_message_id,
            sequence_no=now_us(),
            descend=True,
            unless_message_id=None,
        )
    return row


@in_account_transaction
def _room_delete(*, room_id: UUID, account_db_key: int) -> None:
    procedures.chat_room_delete(room_id=room_id, account_db_key=account_db_key)
    _publish("chat.room_deleted", room_id, account_db_key, {})


@in_account_transaction
def _message_delete(*, account_db_key: int, room_id: UUID, message_id: UUID) -> None:
    procedures.chat_message_delete(account_db_key=account_db_key, room_id=room_id, message_id=message_id)
    _publish("chat.message_deleted", room_id, account_db_key, {"message_id": message_id})


@in_account_transaction
def room_suggest_title(*, account_db_key: int, room_id: UUID, title: str) -> None:
    """Taken by a room that has none yet."""
    procedures.chat_room_update(
        room_id=room_id,
        account_db_key=account_db_key,
        title=None,
        suggested_title=title,
        ai_persona=None,
        is_archived=None,
    )


_path_set = in_account_transaction(procedures.chat_path_set)


def _publish(event_type: str, room_id: UUID, account_db_key: int, data: dict[str, Any]) -> None:
    universal_outbox_publish(
        event_id=new_public_id(),
        domain="chat",
        partition_key=str(room_id),
        event_type=event_type,
        aggregate_id=str(room_id),
        event_data={"room_id": room_id, "account_db_key": account_db_key} | data,
    )
