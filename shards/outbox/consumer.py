"""Reads events from the streams and hands them to an app's handlers, in order, at least once.

How far a consumer has come in each partition is a row on the event's own database. An event at or below it was
handled and is only acknowledged; one that skips a number waits in the pending list until the missing one has come
(after Redis has lost data the relay sends it again). A handler that fails leaves its event pending and holds back its
own partition; others go on. Events of a consumer that died are taken over after `TAKE_OVER_MS`.
"""

import os
import socket
from collections.abc import Iterator
from typing import Any

import structlog
from prometheus_client import Counter
from redis.exceptions import ResponseError

from config.redis import streams as redis
from config.refusals import Refusal
from shards import directory
from shards.outbox import procedures
from shards.outbox.models import OutboxConsumer
from shards.outbox.registry import Event, consumed_domains, consumers
from shards.outbox.streams import decode, streams_of
from shards.points import reach
from shards.scope import on_alias
from shards.transactions import in_transaction

log = structlog.get_logger(__name__)

BATCH = 200
TAKE_OVER_MS = 5_000
HANDLED = Counter("outbox_handled", "Events handled", ["consumer", "event_type"])
HANDLER_FAILURES = Counter("outbox_handler_failures", "Handlers that failed; tried again", ["consumer", "event_type"])

ME = f"{socket.gethostname()}-{os.getpid()}"  # a pool's child keeps its parent's: what is read is taken over by time

Entry = tuple[bytes, dict[bytes, bytes]]


def consume(consumer: str, alias: str) -> int:
    """Handle what one database has for one consumer; returns how many events were handled or known already.

    First what an earlier run left pending, then what is new. Events that wait for their turn (a failing handler, a
    missing number) stay pending.
    """
    return sum(
        _handle(consumer, stream, entries)
        for domain in consumed_domains(consumer)
        for stream in streams_of(alias, domain)
        for read in (_pending, _new)
        for entries in read(consumer, stream)
    )


def _pending(consumer: str, stream: str) -> Iterator[list[Entry]]:
    """Batches that were read `TAKE_OVER_MS` ago, or longer, and not acknowledged since."""
    cursor: bytes | str = "0-0"
    while True:
        try:
            cursor, taken, *_ = redis().xautoclaim(stream, consumer, ME, TAKE_OVER_MS, cursor, count=BATCH)
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


def _handle(consumer: str, stream: str, entries: list[Entry]) -> int:
    """One batch of one stream, which is one database's; returns how many entries were acknowledged."""
    handlers = consumers()[consumer]
    events = [(entry_id, decode(stream, fields)) for entry_id, fields in entries]
    source = events[0][1].source
    acknowledged: list[bytes] = []
    with on_alias(source):
        progress = _progress(consumer, [event for _, event in events])
        reached: dict[tuple[str, str], int] = {}
        for entry_id, event in sorted(events, key=lambda pair: pair[1].sequence_no):
            partition = (event.domain, event.partition_key)
            last = reached.get(partition, progress.get(partition, 0))
            if event.sequence_no > last + 1:
                continue
            if event.sequence_no == last + 1:
                if not _run(consumer, handlers.get(event.event_type), event):
                    continue
                reached[partition] = event.sequence_no
            acknowledged.append(entry_id)
        reach("consume.handled")
        if reached:
            _advance(consumer, reached)
        reach("consume.advanced")
    if acknowledged:
        redis().xack(stream, consumer, *acknowledged)
    return len(acknowledged)


def _run(consumer: str, handler: Any, event: Event) -> bool:
    """Whether the event is done; one without a handler is somebody else's."""
    if handler is None:
        return True
    try:
        handler(event)
    except Exception as error:  # noqa: BLE001  # one bad event must not stop the others
        HANDLER_FAILURES.labels(consumer, event.event_type).inc()
        level = log.warning if isinstance(error, Refusal) else log.exception
        level("event_not_handled", consumer=consumer, event_id=str(event.event_id), error=repr(error))
        return False
    HANDLED.labels(consumer, event.event_type).inc()
    return True


def _progress(consumer: str, events: list[Event]) -> dict[tuple[str, str], int]:
    rows = OutboxConsumer.objects.filter(
        consumer=consumer,
        domain__in={event.domain for event in events},
        partition_key__in={event.partition_key for event in events},
    )
    return {(row.domain, row.partition_key): row.sequence_no for row in rows}


@in_transaction
def _advance(consumer: str, reached: dict[tuple[str, str], int]) -> None:
    procedures.outbox_consumer_advance(
        consumer=consumer,
        progress=[
            {"domain": domain, "partition_key": partition_key, "sequence_no": sequence_no}
            for (domain, partition_key), sequence_no in sorted(reached.items())
        ],
    )


def sources() -> list[str]:
    """The databases whose events are consumed: the global one and every shard that serves."""
    return ["default", *(f"shard_{shard_id}" for shard_id in directory.served_shard_ids())]
