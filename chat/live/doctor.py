"""Compares what is kept about rooms with their messages, and Redis with MySQL; repairs what differs and keeps a record.

A room row is compared with its messages: how many, the last place, the XOR of their digests, and each message with its
own digest. What Redis holds is compared with MySQL: a message that stayed in a tail goes to MySQL, a room's last place
in Redis must not be behind. Safe at any time, also while people write: each repair recounts under the room's lock.
"""

import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog
from django.db import Error

from chat import procedures
from chat.live import keys
from chat.live.message import for_routine
from chat.live.parked import NO_ROOM, park
from chat.live.store import store_each_for
from config.redis import streams as redis
from config.refusals import Refusal
from shards.placement import on_account
from shards.transactions import in_transaction
from shards.walk import on_each_shard

log = structlog.get_logger(__name__)

PAGE = 500
SETTLED_AFTER_US = 10_000_000  # a message that is so old and still in a tail was left behind


@dataclass
class Report:
    rooms: int = 0
    repaired: list[dict[str, Any]] = field(default_factory=list)
    altered: list[dict[str, Any]] = field(default_factory=list)  # rooms with messages that are not what was accepted


def examine() -> dict[str, Any]:
    """Every shard, then Redis; what was found, or why a shard was skipped."""
    found: dict[str, Any] = {}
    for shard_id, report in on_each_shard(_examine_shard, "chat.doctor").items():
        found[f"shard_{shard_id}"] = report if isinstance(report, str) else vars(report)
    return found | {"redis": _examine_tails()}


def _examine_shard() -> Report:
    report, after = Report(), None
    while page := procedures.chat_rooms_check(after_room_id=after, limit=PAGE):
        for room in page:
            _examine_room(room, report)
        report.rooms += len(page)
        after = page[-1].room_id
    return report


def _examine_room(room: procedures.RoomCheck, report: Report) -> None:
    kept = (room.message_count, room.last_sequence_no, room.content_digest)
    counted = (room.counted, room.counted_last, room.counted_digest)
    if room.altered:
        report.altered.append({"room_id": room.room_id, "messages": room.altered})
        log.error("chat_messages_altered", room_id=str(room.room_id), messages=room.altered)
    if kept != counted:
        names = ("message_count", "last_sequence_no", "content_digest")
        detail = {
            "kept": dict(zip(names, map(str, kept), strict=True)),
            "counted": dict(zip(names, map(str, counted), strict=True)),
        }
        _repair(room_id=room.room_id, compared="room", detail=detail)
        report.repaired.append({"room_id": room.room_id} | detail)
        log.warning("chat_room_repaired", room_id=str(room.room_id), **detail)


_repair = in_transaction(procedures.chat_room_repair)


def _examine_tails() -> dict[str, Any]:
    """Messages that were accepted and did not reach MySQL although nobody has them in a stream."""
    oldest = time.time_ns() // 1000 - SETTLED_AFTER_US
    stored = tails = 0
    for name in redis().scan_iter(match="chat:tail:*", count=1000):
        texts: Any = redis().zrangebyscore(name, 0, oldest)
        if not texts:
            continue
        tails += 1
        try:
            stored += _store_left_behind(name, list(texts))
        except (Error, Refusal) as error:
            log.warning("chat_tail_waits", tail=name.decode(), error=str(error))
    return {"tails_left_behind": tails, "messages_stored": stored}


def _store_left_behind(name: bytes, texts: list[bytes]) -> int:
    """What is refused, or has no room, is parked, and then out of the tail, too; returns how many are stored."""
    messages = {text: for_routine(text) for text in texts}
    account_db_key = messages[texts[0]]["account_db_key"]
    stored, refused = store_each_for(account_db_key, list(messages.values()))
    known = {row.message_id.hex for row in stored}
    lost = {
        text: refused.get(message["message_id"], NO_ROOM)
        for text, message in messages.items()
        if message["message_id"] not in known
    }
    if lost:
        with on_account(account_db_key):
            park(lost)
    redis().zrem(name, *texts)
    redis().delete(keys.room(UUID(hex=name.decode().rpartition(":")[2])))  # made again from MySQL
    return len(known)
