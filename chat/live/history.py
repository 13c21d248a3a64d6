"""Reading a room: what is in MySQL, and what is on its way there, without gaps or doubles.

The tail is read first: a message leaves it only after its commit, so whatever is missing there is in MySQL by then.
"""

from typing import Any
from uuid import UUID

import structlog
from redis.exceptions import RedisError

from chat import procedures
from chat.live import keys
from chat.live.message import for_routine, row_of
from chat.live.store import store_each_for
from chat.procedures import MessageRow
from config.redis import sessions as redis
from shards.placement import on_account

log = structlog.get_logger(__name__)


def messages(
    *, account_db_key: int, room_id: UUID, on_path: bool, before: int | None, after: int | None, limit: int
) -> list[MessageRow]:
    """Newest first; with `after`, oldest first from there on. Raises RoomUnknown."""
    waiting = [row_of(text) for text in tail(room_id)]
    with on_account(account_db_key):
        stored = procedures.chat_message_list(
            account_db_key=account_db_key,
            room_id=room_id,
            on_path=on_path,
            before_sequence_no=before,
            after_sequence_no=after,
            limit=limit,
        )
    rows = {row.message_id: row for row in waiting if _is_between(row.sequence_no, after, before)}
    rows |= {row.message_id: row for row in stored}
    ordered = sorted(rows.values(), key=lambda row: row.sequence_no, reverse=after is None)[:limit]
    return _with_parents(ordered, newest_first=after is None) if waiting else ordered


def _is_between(place: int, after: int | None, before: int | None) -> bool:
    return (after is None or place > after) and (before is None or place < before)


def _with_parents(rows: list[MessageRow], *, newest_first: bool) -> list[MessageRow]:
    """A message that is on its way follows the one before it."""
    following = list(reversed(rows)) if newest_first else rows
    result: list[MessageRow] = []
    for row in following:
        parent = row.parent_message_id or (result[-1].message_id if result else None)
        result.append(row._replace(parent_message_id=parent))
    return list(reversed(result)) if newest_first else result


def tail(room_id: UUID) -> list[bytes]:
    """What is not known to be in MySQL, in order; nothing when Redis is away: it has then nothing to show."""
    try:
        answer: Any = redis().zrange(keys.tail(room_id), 0, -1)
        return list(answer)
    except RedisError as error:
        log.warning("chat_tail_without_redis", error=str(error))
        return []


def settle(*, account_db_key: int, room_id: UUID) -> None:
    """Put what is on its way into MySQL now, for a change that has to see it. The writer finds it there.

    What MySQL refuses stays for the writer to park.
    """
    waiting = {text: for_routine(text) for text in tail(room_id)}
    waiting = {text: message for text, message in waiting.items() if message["account_db_key"] == account_db_key}
    if not waiting:
        return
    stored, _ = store_each_for(account_db_key, list(waiting.values()))
    known = {row.message_id.hex for row in stored}
    done = [text for text, message in waiting.items() if message["message_id"] in known]
    if not done:
        return
    try:
        redis().zrem(keys.tail(room_id), *done)
    except RedisError as error:
        log.warning("chat_tail_without_redis", error=str(error))
