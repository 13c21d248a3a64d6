"""Reading from Redis Streams: what is there, batch by batch, and word of more.

Whoever reads a stream holds its lease (`progress.claim`), so whatever Redis holds as pending was read by a process that
is dead, and is taken over.
"""

import os
import socket
from collections.abc import Iterator
from functools import partial
from typing import Any

from redis.exceptions import ResponseError

from config.redis import streams as redis
from shards.outbox.registry import Event, consumed_domains, consumers
from shards.outbox.streams import decode, streams_of
from shards.outbox.transport import Delivery

BATCH = 200
ME = f"{socket.gethostname()}-{os.getpid()}"

Entry = tuple[bytes, dict[bytes, bytes]]


def with_entries(consumer: str, alias: str) -> list[str]:
    """The streams that have something for the consumer, new or pending: one round trip, and no lease is taken."""
    names = [stream for domain in consumed_domains(consumer) for stream in streams_of(alias, domain)]
    pipeline = redis().pipeline(transaction=False)
    for name in names:
        pipeline.xinfo_groups(name)
    answers = pipeline.execute(raise_on_error=False)
    return [name for name, groups in zip(names, answers, strict=True) if _has_entries(consumer, groups)]


def _has_entries(consumer: str, groups: Any) -> bool:
    if isinstance(groups, ResponseError):
        return "no such key" not in str(groups)  # what it is instead is found out when it is read
    if isinstance(groups, Exception):
        raise groups
    for group in groups:
        if group["name"].decode() == consumer:
            return bool(group["pending"]) or group.get("lag") != 0  # None: Redis cannot tell
    return True  # a stream without this consumer's group


def deliveries(consumer: str, stream: str) -> Iterator[Delivery]:
    """What is pending, then what is new, until nothing is left."""
    for read in (_pending, _new):
        for entries in read(consumer, stream):
            ids = [entry_id for entry_id, _ in entries]
            events: list[Event] = [decode(stream, fields) for _, fields in entries]
            yield Delivery(events, partial(redis().xack, stream, consumer, *ids))


def _pending(consumer: str, stream: str) -> Iterator[list[Entry]]:
    """What was read and never acknowledged. Nobody alive reads it: the lease is ours."""
    cursor: bytes | str = "0-0"
    while True:
        try:
            cursor, taken, *_ = redis().xautoclaim(stream, consumer, ME, 0, cursor, count=BATCH)
        except ResponseError as error:
            if "NOGROUP" not in str(error):
                raise
            _make_group(consumer, stream)
            return
        if taken:
            yield list(taken)
        if cursor == b"0-0":
            return


def _new(consumer: str, stream: str) -> Iterator[list[Entry]]:
    answer: Any
    while answer := redis().xreadgroup(consumer, ME, {stream: ">"}, count=BATCH):
        ((_, entries),) = answer.items() if isinstance(answer, dict) else answer
        yield list(entries[0] if entries and isinstance(entries[0], list) else entries)


def _make_group(consumer: str, stream: str) -> None:
    """At first use, or when Redis was emptied; from the stream's beginning."""
    try:
        redis().xgroup_create(stream, consumer, id="0", mkstream=True)
    except ResponseError as error:
        if "BUSYGROUP" not in str(error):  # another consumer was faster
            raise


class Watch:
    """Waits for new entries in the streams of one database. Looked at before the work, so that none is missed."""

    def __init__(self, alias: str) -> None:
        domains = {domain for consumer in consumers() for domain in consumed_domains(consumer)}
        self.streams = [stream for domain in sorted(domains) for stream in streams_of(alias, domain)]
        self.last_ids: dict[Any, Any] = dict.fromkeys(self.streams, "0-0")

    def look(self) -> None:
        pipeline = redis().pipeline(transaction=False)
        for stream in self.streams:
            pipeline.xrevrange(stream, count=1)
        for stream, entries in zip(self.streams, pipeline.execute(), strict=True):
            self.last_ids[stream] = entries[0][0] if entries else "0-0"

    def wait(self, seconds: float) -> None:
        """Until there is an entry that was not there at the last look; `seconds` (below 5) at most."""
        redis().xread(self.last_ids, count=1, block=int(seconds * 1000))
