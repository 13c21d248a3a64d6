"""Persists accepted messages: from each shard's stream, in batches, acknowledged after COMMIT.

Idempotent by message id, so any number of writers may run, and what a killed one had read is read again after
`TAKE_OVER_MS`. A message keeps the place that it was given when it was accepted, so no order of arrival can harm. One
whose account has moved away follows it.
"""

import os
import socket
from collections.abc import Iterator
from typing import Any

import structlog
from django.db import Error, IntegrityError
from prometheus_client import Counter, Gauge
from redis.exceptions import ResponseError

from chat.live import keys
from chat.live.message import for_routine
from chat.live.store import store_for, store_here
from chat.procedures import Stored
from config.redis import streams as redis
from config.refusals import Refusal
from shards import placement
from shards.points import reach
from shards.scope import on_shard

log = structlog.get_logger(__name__)

GROUP = "writer"
ME = f"{socket.gethostname()}-{os.getpid()}"
BATCH = 200
TAKE_OVER_MS = 5_000
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
        stored = _stored(list(first.values()))
    reach("chat.stored")
    known = {row.message_id.hex for row in stored}
    known |= _follow([message for message_id, message in first.items() if message_id not in known])
    done = [entry_id for entry_id, message in messages.items() if message["message_id"] in known]
    if done:
        pipeline = redis().pipeline(transaction=False)
        for entry_id in done:
            pipeline.zrem(f"chat:tail:{messages[entry_id]['room_id']}", texts[entry_id])
        pipeline.xack(keys.live(shard_id), GROUP, *done)
        pipeline.xdel(keys.live(shard_id), *done)
        pipeline.execute()
    PERSISTED.labels(shard_id).inc(len(done))
    if len(done) < len(messages):
        LEFT.labels(shard_id).inc(len(messages) - len(done))
        log.error("chat_not_persisted", shard_id=shard_id, messages=len(messages) - len(done))
    return len(done)


def _stored(messages: list[dict[str, Any]]) -> list[Stored]:
    """A place that is taken already, by a message that went past Redis in the same microsecond, is moved by one."""
    try:
        return store_here(messages)
    except IntegrityError:
        if len(messages) > 1:
            return [row for message in messages for row in _stored([message])]
        return _stored([messages[0] | {"sequence_no": messages[0]["sequence_no"] + 1}])


def _follow(messages: list[dict[str, Any]]) -> set[str]:
    """What the shard did not take, to where its accounts live now; returns the ids that are stored."""
    known: set[str] = set()
    for message in messages:
        placement.forget(message["account_db_key"])
        try:
            stored = store_for(account_db_key=message["account_db_key"], messages=[message])
            known |= {row.message_id.hex for row in stored}
        except (Error, Refusal) as error:
            log.warning("chat_message_cannot_follow", message_id=message["message_id"], error=str(error))
    return known
