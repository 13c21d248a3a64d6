"""What reads rooms and messages; each works on the shard of its account."""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from chat import procedures, search
from chat.exceptions import MessageUnknown
from chat.live import history
from chat.live.accept import room_row
from chat.procedures import DayRow, FoundRow, MessageRow, RoomRow
from shards.placement import on_account

EXPORT_PAGE = 500


def room_list(
    *, account_db_key: int, is_archived: bool, before: tuple[datetime, UUID] | None, limit: int
) -> list[RoomRow]:
    """The room with the latest message first."""
    before_activity_at, before_room_id = before or (None, None)
    with on_account(account_db_key):
        return procedures.chat_room_list(
            account_db_key=account_db_key,
            room_id=None,
            is_archived=is_archived,
            before_activity_at=before_activity_at,
            before_room_id=before_room_id,
            limit=limit,
        )


def room_get(*, account_db_key: int, room_id: UUID) -> RoomRow:
    """Raises RoomUnknown, also for somebody else's room."""
    return room_row(account_db_key, room_id)


def message_get(*, account_db_key: int, room_id: UUID, message_id: UUID) -> MessageRow:
    """Raises RoomUnknown, MessageUnknown."""
    history.settle(account_db_key=account_db_key, room_id=room_id)
    with on_account(account_db_key):
        rows = procedures.chat_message_get(account_db_key=account_db_key, room_id=room_id, message_id=message_id)
    if rows:
        return rows[0]
    room_get(account_db_key=account_db_key, room_id=room_id)
    raise MessageUnknown


def message_search(*, account_db_key: int, text: str, before: int | None, limit: int) -> list[FoundRow]:
    """The account's messages that have every word of the text, newest first; none for a text without words."""
    query = search.query_of(account_db_key, text)
    if not query:
        return []
    with on_account(account_db_key):
        return procedures.chat_message_search(
            account_db_key=account_db_key, query=query, before_idx=before, limit=limit
        )


def statistics_list(*, account_db_key: int, before: date | None, limit: int) -> list[DayRow]:
    with on_account(account_db_key):
        return procedures.chat_statistics_list(account_db_key=account_db_key, before=before, limit=limit)


def conversation(*, account_db_key: int, room_id: UUID, on_path: bool) -> Iterator[MessageRow]:
    """All messages of a room from the first on, in pages; raises RoomUnknown."""
    after = 0
    while page := history.messages(
        account_db_key=account_db_key, room_id=room_id, on_path=on_path, before=None, after=after, limit=EXPORT_PAGE
    ):
        yield from page
        after = page[-1].sequence_no
