"""Accepting a message: into Redis, where it is readable at once, and from there to MySQL by the writer.

One script gives the message its place and puts it into the room's tail, the writer's stream and, when a reply is
wanted, the generators' stream: all or nothing, once for a message id. It is acknowledged when Redis has written it to
its append-only file (`written`), which a killed Redis reads again. When Redis cannot be reached the message goes
straight to MySQL, in the place that the clock gives, and the caller sees no difference; should Redis have taken it all
the same, the writer finds it there.
"""

import time
from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson
import structlog
from django.db import IntegrityError
from prometheus_client import Counter
from redis.exceptions import RedisError

from chat import procedures
from chat.exceptions import ClientMessageReused, RoomUnknown
from chat.live import keys
from chat.live.message import Message, for_routine
from chat.live.store import store_for
from config import sse
from config.redis import sessions as looking
from config.redis import streams as redis
from shards.placement import on_account, shard_of

log = structlog.get_logger(__name__)

ACCEPTED = Counter("chat_accepted", "Messages accepted", ["by"])
TRIES = 5
WRITTEN_WITHIN = 3.0  # seconds: Redis puts off a write for at most two while an fsync runs

# KEYS: room, tail, accepted, live and, for a reply, generate and the reply's events.
# ARGV: account, moment in microseconds, the message without its end, hash of its content; for a reply the job and the
# first event's data without its end.
ACCEPT = """
local known = redis.call('GET', KEYS[3])
if known then return {'known', known} end
local room = redis.call('HMGET', KEYS[1], 'account', 'last')
if not room[1] then return {'unloaded', ''} end
if room[1] ~= ARGV[1] then return {'unknown', ''} end
local place = math.max(tonumber(room[2]) + 1, tonumber(ARGV[2]))
local text = string.format('%.0f', place)
local message = ARGV[3] .. ',"sequence_no":' .. text .. '}'
redis.call('HSET', KEYS[1], 'last', text)
redis.call('EXPIRE', KEYS[1], {room_seconds})
redis.call('SET', KEYS[3], text .. ' ' .. ARGV[4], 'EX', {accepted_seconds})
redis.call('ZADD', KEYS[2], text, message)
redis.call('XADD', KEYS[4], '*', 'message', message)
if KEYS[5] then
  redis.call('XADD', KEYS[5], '*', 'job', ARGV[5])
  if redis.call('EXISTS', KEYS[6]) == 0 then
    redis.call('XADD', KEYS[6], '1-0', 'event', 'message.created', 'data', ARGV[6] .. ',"sequence_no":' .. text .. '}')
    redis.call('EXPIRE', KEYS[6], {reply_seconds})
  end
end
return {'accepted', text}
"""
ACCEPT = (
    ACCEPT.replace("{room_seconds}", str(keys.ROOM_SECONDS))
    .replace("{accepted_seconds}", str(keys.ACCEPTED_SECONDS))
    .replace("{reply_seconds}", str(keys.REPLY_SECONDS))
)
LOAD = """
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], 'account', ARGV[1], 'last', ARGV[2])
  redis.call('EXPIRE', KEYS[1], ARGV[3])
end
"""


def accept(message: Message, job: dict[str, Any] | None = None) -> Message:
    """The message in its place. Raises RoomUnknown, and ClientMessageReused for other words under a known id.

    `job`, for a message that wants a reply: what the generator needs (`chat.replies.jobs`).
    """
    try:
        placed = _through_redis(message, job)
        ACCEPTED.labels("redis").inc()
    except RedisError as error:
        log.warning("chat_without_redis", error=str(error))
        placed = straight(message)
        ACCEPTED.labels("mysql").inc()
    return placed


def _through_redis(message: Message, job: dict[str, Any] | None) -> Message:
    names = [keys.room(message.room_id), keys.tail(message.room_id), keys.accepted(message.message_id)]
    names.append(keys.live(shard_of(message.account_db_key)))
    arguments: list[Any] = [message.account_db_key, message.moment_us, message.head(), message.content_hash]
    if job is not None:
        reply_id = UUID(job["reply_id"])
        names += [keys.GENERATE, keys.reply(reply_id)]
        arguments += [orjson.dumps(job), _created(message, reply_id)]
    for _ in range(TRIES):
        outcome, text = (part.decode() for part in redis().eval(ACCEPT, len(names), *names, *arguments))
        if outcome == "unloaded":
            _load(message.account_db_key, message.room_id)
            continue
        if outcome == "unknown":
            raise RoomUnknown
        place, _, content_hash = text.partition(" ")
        if outcome == "known" and content_hash != message.content_hash:
            raise ClientMessageReused
        written()
        return replace(message, sequence_no=int(place))
    raise RoomUnknown


def _created(message: Message, reply_id: UUID) -> bytes:
    data = {
        "message_id": message.message_id,
        "room_id": message.room_id,
        "message_type": message.message_type,
        "content": message.content,
        "reply_id": reply_id,
        "number": 1,
    }
    return bytes(sse.fields("", data)["data"])[:-1]


def _load(account_db_key: int, room_id: UUID) -> None:
    room = room_row(account_db_key, room_id)
    redis().eval(LOAD, 1, keys.room(room_id), str(account_db_key), str(room.last_sequence_no), str(keys.ROOM_SECONDS))


def room_row(account_db_key: int, room_id: UUID) -> procedures.RoomRow:
    """Raises RoomUnknown, also for somebody else's room."""
    with on_account(account_db_key):
        rows = procedures.chat_room_list(
            account_db_key=account_db_key,
            room_id=room_id,
            is_archived=None,
            before_activity_at=None,
            before_room_id=None,
            limit=1,
        )
    if not rows:
        raise RoomUnknown
    return rows[0]


def written() -> None:
    """Returns when all that Redis has answered is in its append-only file.

    Redis answers first and writes at the end of its round, later by up to two seconds while an fsync runs: killed in
    between, it would have lost what it had answered. Raises RedisError when it does not get there.
    """
    deadline = time.monotonic() + WRITTEN_WITHIN
    goal: int | None = None
    while True:
        state: Any = looking().info("persistence")
        if not state.get("aof_enabled") or state["aof_buffer_length"] == 0:
            return
        size = state["aof_current_size"]
        goal = goal or size + state["aof_buffer_length"]
        if size >= goal or state.get("aof_rewrite_in_progress"):
            return
        if time.monotonic() > deadline:
            raise RedisError("the append-only file is behind")
        time.sleep(0.001)


def straight(message: Message) -> Message:
    """Past Redis. The room's other messages may still be on their way; they come into their places before this one."""
    for _ in range(TRIES):
        room = room_row(message.account_db_key, message.room_id)
        placed = replace(message, sequence_no=max(room.last_sequence_no + 1, message.moment_us))
        text = placed.head() + b',"sequence_no":%d}' % placed.sequence_no
        try:
            stored = store_for(account_db_key=message.account_db_key, messages=[for_routine(text)])
        except IntegrityError:
            continue  # somebody took the place
        if not stored:
            raise RoomUnknown
        if not stored[0].is_new and _stored_content(message) not in (None, message.content):
            raise ClientMessageReused
        return replace(message, sequence_no=stored[0].sequence_no)
    raise RoomUnknown


def _stored_content(message: Message) -> str | None:
    """None when it was deleted since."""
    with on_account(message.account_db_key):
        rows = procedures.chat_message_get(
            account_db_key=message.account_db_key, room_id=message.room_id, message_id=message.message_id
        )
    return rows[0].content if rows else None
