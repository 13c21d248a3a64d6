"""Persists accepted messages: from each shard's stream, in batches, acknowledged after COMMIT.

Idempotent by message id, so any number of writers may run, and what a killed one had read is read again after
`TAKE_OVER_MS`. A message keeps the place that it was given when it was accepted, so no order of arrival can harm. One
whose account has moved away follows it; one that the database refuses holds up no other, is tried again, and parked
after `PARK_AFTER_MS`.
"""

import os
import socket
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import structlog
from django.db import Error
from prometheus_client import Counter, Gauge
from redis.exceptions import ResponseError

from chat.live import keys
from chat.live.message import for_routine, now_us
from chat.live.parked import NO_ROOM, park
from chat.live.store import store_each_for, store_each_here
from config.redis import streams as redis
from config.refusals import Refusal
from shards import placement
from shards.exceptions import AccountUnknown
from shards.points import reach
from shards.scope import on_shard

log = structlog.get_logger(__name__)

GROUP = "writer"
ME = f"{socket.gethostname()}-{os.getpid()}"
BATCH = 200
TAKE_OVER_MS = 5_000
PARK_AFTER_MS = 60_000
PERSISTED = Counter("chat_persisted", "Messages that the writer stored", ["shard"])
BACKLOG = Gauge("chat_writer_backlog", "Accepted messages that are not stored yet", ["shard"], multiprocess_mode="max")
LEFT = Counter("chat_not_persisted", "Messages that could not be stored, and wait", ["shard"])

Entry = tuple[bytes, dict[bytes, bytes]]


def write(shard_id: int, block_ms: int | None = None) -> int:
    """Store what waits, and with `block_ms` wait so long for something; returns how many messages were dealt with."""
    done = 0
    for read in (_abandoned, _new):
        for entries in read(shard_id, block_ms):
            done += _persist(shard_id, entries)
            block_ms = None
    BACKLOG.labels(shard_id).set(backlog(shard_id))
    return done


def backlog(shard_id: int) -> int:
    """Accepted messages that wait to be stored."""
    return int(redis().xlen(keys.live(shard_id)))


def _abandoned(shard_id: int, _: int | None) -> Iterator[list[Entry]]:
    """Batches that some writer read `TAKE_OVER_MS` ago, or longer, and did not acknowledge."""
    cursor: Any = "0-0"
    while True:
        try:
            cursor, entries, *_rest = redis().xautoclaim(
                keys.live(shard_id), GROUP, ME, TAKE_OVER_MS, cursor, count=BATCH
            )
        except ResponseError as error:
            if "NOGROUP" not in str(error):
                raise
            _make_group(shard_id)
            return
        if entries:
            yield list(entries)
        if cursor == b"0-0":
            return


def _new(shard_id: int, block_ms: int | None) -> Iterator[list[Entry]]:
    stream = keys.live(shard_id)
    while True:
        answer: Any = redis().xreadgroup(GROUP, ME, {stream: ">"}, count=BATCH, block=block_ms)
        if not answer:
            return
        ((_, entries),) = answer.items() if isinstance(answer, dict) else answer
        yield list(entries[0] if entries and isinstance(entries[0], list) else entries)
        block_ms = None


def _make_group(shard_id: int) -> None:
    try:
        redis().xgroup_create(keys.live(shard_id), GROUP, id="0", mkstream=True)
    except ResponseError as error:
        if "BUSYGROUP" not in str(error):
            raise


def _persist(shard_id: int, entries: list[Entry]) -> int:
    texts = {entry_id: fields[b"message"] for entry_id, fields in entries if fields}
    messages = {entry_id: for_routine(text) for entry_id, text in texts.items()}
    first = {message["message_id"]: message for message in reversed(messages.values())}
    with on_shard(shard_id):
        stored, refused = store_each_here(list(first.values()))
    reach("chat.stored")
    known = {row.message_id.hex for row in stored}
    _follow(
        [message for message_id, message in first.items() if message_id not in known | refused.keys()], known, refused
    )
    done = [entry_id for entry_id, message in messages.items() if message["message_id"] in known]
    PERSISTED.labels(shard_id).inc(len(done))
    given_up = {
        entry_id: refused[message["message_id"]]
        for entry_id, message in messages.items()
        if message["message_id"] in refused and _is_old(entry_id)
    }
    if given_up:
        with on_shard(shard_id):
            park({texts[entry_id]: reason for entry_id, reason in given_up.items()})
        done += given_up
    if done:
        by_room: dict[str, list[bytes]] = defaultdict(list)
        for entry_id in done:
            by_room[messages[entry_id]["room_id"]].append(texts[entry_id])
        pipeline = redis().pipeline(transaction=False)
        for room_id, stored_texts in by_room.items():
            pipeline.zrem(f"chat:tail:{room_id}", *stored_texts)
        pipeline.xack(keys.live(shard_id), GROUP, *done)
        pipeline.xdel(keys.live(shard_id), *done)
        pipeline.execute()
    if len(done) < len(messages):
        LEFT.labels(shard_id).inc(len(messages) - len(done))
        log.error("chat_not_persisted", shard_id=shard_id, messages=len(messages) - len(done))
    return len(done)


def _follow(messages: list[dict[str, Any]], known: set[str], refused: dict[str, str]) -> None:
    """What the shard did not take, to where its accounts live now; adds to the ids that are stored and refused."""
    for message in messages:
        message_id, account_db_key = message["message_id"], message["account_db_key"]
        placement.forget(account_db_key)
        try:
            outcome = store_each_for(account_db_key, [message])
        except AccountUnknown as unknown:
            refused[message_id] = unknown.code
        except (Error, Refusal) as error:
            log.warning("chat_message_cannot_follow", message_id=message_id, error=str(error))
        else:
            known |= {row.message_id.hex for row in outcome.stored}
            if not outcome.stored:
                refused[message_id] = outcome.refused.get(message_id, NO_ROOM)


def _is_old(entry_id: bytes) -> bool:
    """Refused for so long that it is not about to be stored."""
    return now_us() // 1000 - int(entry_id.partition(b"-")[0]) >= PARK_AFTER_MS
