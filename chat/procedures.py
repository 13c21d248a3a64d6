"""The routines of rooms and messages (`sql/shard/chat`), each with its types."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from shards.procedures import call, call_one


class RoomRow(NamedTuple):
    room_id: UUID
    title: str
    ai_persona: str
    is_archived: bool
    message_count: int
    last_message_id: UUID | None
    last_message_at: datetime | None
    activity_at: datetime
    last_sequence_no: int
    content_digest: int
    leaf_message_id: UUID | None
    created_at: datetime
    updated_at: datetime


class MessageRow(NamedTuple):
    message_id: UUID
    sequence_no: int
    message_type: str
    content: str
    metadata: dict[str, Any]
    parent_message_id: UUID | None
    on_path: bool
    created_at: datetime
    updated_at: datetime


class Stored(NamedTuple):
    message_id: UUID
    room_id: UUID
    account_db_key: int
    sequence_no: int
    is_new: bool


class FoundRow(NamedTuple):
    idx: int
    message_id: UUID
    room_id: UUID
    title: str
    sequence_no: int
    message_type: str
    content: str
    created_at: datetime


class DayRow(NamedTuple):
    date: date
    total_messages: int
    user_messages: int
    ai_messages: int
    total_tokens: int
    reserved_tokens: int
    active_rooms: int


class RoomCheck(NamedTuple):
    room_id: UUID
    account_db_key: int
    is_active: bool
    message_count: int
    last_sequence_no: int
    content_digest: int
    counted: int
    counted_last: int
    counted_digest: int
    altered: int


def chat_room_create(*, room_id: UUID, account_db_key: int, title: str, ai_persona: str) -> RoomRow:
    return call_one(
        "fp_chat_room_create",
        RoomRow,
        room_id=room_id,
        account_db_key=account_db_key,
        title=title,
        ai_persona=ai_persona,
    )


def chat_room_update(
    *,
    room_id: UUID,
    account_db_key: int,
    title: str | None,
    suggested_title: str | None,
    ai_persona: str | None,
    is_archived: bool | None,
) -> RoomRow:
    return call_one(
        "fp_chat_room_update",
        RoomRow,
        room_id=room_id,
        account_db_key=account_db_key,
        title=title,
        suggested_title=suggested_title,
        ai_persona=ai_persona,
        is_archived=is_archived,
    )


def chat_room_delete(*, room_id: UUID, account_db_key: int) -> None:
    call("fp_chat_room_delete", room_id=room_id, account_db_key=account_db_key)


def chat_room_list(
    *,
    account_db_key: int,
    room_id: UUID | None,
    is_archived: bool | None,
    before_activity_at: datetime | None,
    before_room_id: UUID | None,
    limit: int,
) -> list[RoomRow]:
    return call(
        "fp_chat_room_list",
        RoomRow,
        account_db_key=account_db_key,
        room_id=room_id,
        is_archived=is_archived,
        before_activity_at=before_activity_at,
        before_room_id=before_room_id,
        limit=limit,
    )


def chat_message_insert(*, messages: list[dict[str, Any]]) -> list[Stored]:
    return call("fp_chat_message_insert", Stored, messages=messages)


def chat_message_park(*, message_id: UUID, account_db_key: int, room_id: UUID, message: str, reason: str) -> None:
    call(
        "fp_chat_message_park",
        message_id=message_id,
        account_db_key=account_db_key,
        room_id=room_id,
        message=message,
        reason=reason,
    )


def chat_message_unpark(*, message_id: UUID) -> None:
    call("fp_chat_message_unpark", message_id=message_id)


def chat_message_list(
    *,
    account_db_key: int,
    room_id: UUID,
    on_path: bool,
    before_sequence_no: int | None,
    after_sequence_no: int | None,
    limit: int,
) -> list[MessageRow]:
    return call(
        "fp_chat_message_list",
        MessageRow,
        account_db_key=account_db_key,
        room_id=room_id,
        on_path=on_path,
        before_sequence_no=before_sequence_no,
        after_sequence_no=after_sequence_no,
        limit=limit,
    )


def chat_message_get(*, account_db_key: int, room_id: UUID, message_id: UUID) -> list[MessageRow]:
    return call(
        "fp_chat_message_get", MessageRow, account_db_key=account_db_key, room_id=room_id, message_id=message_id
    )


def chat_message_delete(*, account_db_key: int, room_id: UUID, message_id: UUID) -> None:
    call("fp_chat_message_delete", account_db_key=account_db_key, room_id=room_id, message_id=message_id)


def chat_path_set(
    *,
    account_db_key: int,
    room_id: UUID,
    message_id: UUID | None,
    sequence_no: int,
    descend: bool,
    unless_message_id: UUID | None,
) -> RoomRow:
    return call_one(
        "fp_chat_path_set",
        RoomRow,
        account_db_key=account_db_key,
        room_id=room_id,
        message_id=message_id,
        sequence_no=sequence_no,
        descend=descend,
        unless_message_id=unless_message_id,
    )


def chat_message_search(*, account_db_key: int, query: str, before_idx: int | None, limit: int) -> list[FoundRow]:
    return call(
        "fp_chat_message_search",
        FoundRow,
        account_db_key=account_db_key,
        query=query,
        before_idx=before_idx,
        limit=limit,
    )


def chat_statistics_update(*, account_db_key: int, first: date, until: date) -> None:
    call("fp_chat_statistics_update", account_db_key=account_db_key, first=first, until=until)


def chat_statistics_list(*, account_db_key: int, before: date | None, limit: int) -> list[DayRow]:
    return call("fp_chat_statistics_list", DayRow, account_db_key=account_db_key, before=before, limit=limit)


def chat_rooms_check(*, after_room_id: UUID | None, limit: int) -> list[RoomCheck]:
    return call("fp_chat_rooms_check", RoomCheck, after_room_id=after_room_id, limit=limit)


def chat_room_repair(*, room_id: UUID, compared: str, detail: dict[str, Any]) -> None:
    call("fp_chat_room_repair", room_id=room_id, compared=compared, detail=detail)
