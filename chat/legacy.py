"""What `manage.py import_legacy` makes of conversations: a room with all of its messages, in the order of their times.

There was one line of talk in a room, so each message follows the one before it. A persona that is not here is the
guide.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db.models import Max, Min, Model

from chat import personas, procedures
from chat.models import ChatMessage, ChatRoom
from chat.models.message import MESSAGE_TYPES
from chat.search import terms_of
from chat.seeds import DEFAULT
from shards.legacy.cells import Refused, Row
from shards.legacy.tables import AFTERWARDS, Children, Legacy, Made, Walk, imports
from shards.scope import Scope
from shards.transactions import in_transaction

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

AT_ONCE = 200


def room(row: Row, walk: Walk) -> list[Model]:
    created = row.time("created_at")
    made = ChatRoom(
        room_id=row.uuid("room_id"),
        account_db_key=row.owner,
        title=row.text("title", longest=200),
        ai_persona=_persona(row),
        is_active=row.flag("is_active"),
        created_at=created,
        updated_at=row.time("updated_at"),
        activity_at=created,
    )
    messages: list[ChatMessage] = []
    for child in row.children:
        try:
            messages.append(_message(child, made, messages[-1] if messages else None))
        except Refused as error:
            row.refused.append((child, str(error)))
    _add_up(made, messages)
    return [made, *messages]


def _message(row: Row, room: ChatRoom, before: ChatMessage | None) -> ChatMessage:
    if row.owner != room.account_db_key:
        raise Refused("account_is_not_the_room_s")
    said_at = row.time("created_at")
    place = (said_at - EPOCH) // MICROSECOND
    place = max(place, before.sequence_no + 1) if before else place
    message_id, kind, content = row.uuid("message_id"), row.word("message_type", MESSAGE_TYPES), row.text("content")
    is_deleted = row.flag("is_deleted") or not room.is_active
    return ChatMessage(
        message_id=message_id,
        room_id=room.room_id,
        account_db_key=room.account_db_key,
        sequence_no=place,
        message_type=kind,
        content="" if is_deleted else content,
        metadata={} if is_deleted else row.json("metadata", dict),
        parent_message_id=before.message_id if before else None,
        is_deleted=is_deleted,
        local_date=row.day("created_at"),
        digest=_digest(message_id.hex.upper(), str(place), kind, content),
        search_terms="" if is_deleted else terms_of(room.account_db_key, content),
        created_at=said_at,
        updated_at=row.time("updated_at"),
    )


def _digest(*words: str) -> int:
    """As fp_chat_message_insert makes it."""
    return int(hashlib.sha256("|".join(words).encode()).hexdigest()[:16], 16)


def _add_up(room: ChatRoom, messages: list[ChatMessage]) -> None:
    live = [message for message in messages if not message.is_deleted]
    room.message_count = len(live)
    if messages:
        room.last_sequence_no = messages[-1].sequence_no
        room.leaf_message_id = messages[-1].message_id
        room.activity_at = max(room.created_at, *(message.created_at for message in messages))
    if live:
        room.last_message_id, room.last_message_at = live[-1].message_id, live[-1].created_at
    for message in messages:
        room.content_digest ^= message.digest


def _persona(row: Row) -> str:
    name = row.maybe("ai_persona")
    return str(name) if name in {persona.ai_persona for persona in personas.listed()} else DEFAULT


def count_days(walk: Walk, accounts: Iterable[int]) -> None:
    """The statistics of each account's days with a message."""
    keys = list(accounts)
    for start in range(0, len(keys), AT_ONCE):
        _count(keys[start : start + AT_ONCE])


@in_transaction
def _count(accounts: list[int]) -> None:
    said = ChatMessage.objects.filter(account_db_key__in=accounts).order_by("account_db_key")
    days = said.values_list("account_db_key").annotate(Min("local_date"), Max("local_date"))
    for key, first, last in days:
        procedures.chat_statistics_update(account_db_key=key, first=first, until=last)


AFTERWARDS.append((Scope.SHARD, count_days))
imports(
    Legacy(
        "table_chat_rooms", Scope.SHARD, 50, ("room_id",), room,
        {ChatRoom: Made(("room_id",), ("message_count",)), ChatMessage: Made(("message_id",))},
        children=Children("table_chat_messages", "room_id", ("message_id",), "created_at, idx"),
    )
)  # fmt: skip
