"""Reads events from the streams and hands them to an app's handlers, in order, at least once.

A stream is read by one process at a time for each consumer, under a lease on the event's own database. How far the
consumer has come in each partition is a row there (see `progress`), so the transport may forget what it wants: an event
at or below that row was handled, one that skips a number makes the log be read.
"""

from collections import defaultdict
from contextlib import suppress
from itertools import islice

import structlog
from django.db import Error
from prometheus_client import Counter

from shards.exceptions import FenceLost
from shards.outbox import procedures
from shards.outbox.procedures import Parked
from shards.outbox.progress import Key, Progress, claim, release
from shards.outbox.registry import Event, consumed_domains
from shards.outbox.streams import stream_of
from shards.outbox.transport import Delivery, inbound
from shards.points import reach
from shards.scope import on_alias
from shards.transactions import in_transaction

log = structlog.get_logger(__name__)

BATCHES = 10  # of one stream in one pass: one that never ends must not keep the others waiting
DUE = 200  # partitions and parked events of one pass
OLD_SECONDS = 60  # what was published so long ago should have been handled, unless its stream forgot it
CATCH_UP = 1_000  # partitions
FENCED = Counter("outbox_reader_fenced", "Streams that another process took over while they were read", ["consumer"])


def consume(consumer: str, alias: str) -> int:
    """One pass over what one database has for one consumer; returns how many entries were acknowledged."""
    with on_alias(alias):
        due: dict[str, list[Key]] = defaultdict(list)
        for key in procedures.outbox_consumer_due(consumer=consumer, limit=DUE):
            due[stream_of(alias, *key)].append(key)
        wished: dict[str, list[Parked]] = defaultdict(list)
        for row in procedures.outbox_parked_due(consumer=consumer, limit=DUE):
            wished[stream_of(alias, row.domain, row.partition_key)].append(row)
        streams = sorted({*inbound().with_entries(consumer, alias), *due, *wished})
        return sum(_read(consumer, alias, stream, due[stream], wished[stream]) for stream in streams)


def catch_up(consumer: str, alias: str) -> int:
    """Makes due what should have been handled long ago; returns how many partitions that were."""
    with on_alias(alias):
        return sum(_catch_up(consumer, domain) for domain in consumed_domains(consumer))


@in_transaction
def _catch_up(consumer: str, domain: str) -> int:
    return procedures.outbox_consumer_catch_up(
        consumer=consumer, domain=domain, older_than_seconds=OLD_SECONDS, limit=CATCH_UP
    )


def _read(consumer: str, alias: str, stream: str, due: list[Key], wished: list[Parked]) -> int:
    """What there is in one stream, its due partitions first; nothing when another process reads it."""
    progress = claim(consumer, stream)
    if progress is None:
        return 0
    reach("consume.claimed")
    try:
        for row in wished:
            progress.fulfil(Event(alias, *row[:-1]), row.wish)
        for key in due:
            progress.retry(key)
        deliveries = islice(inbound().deliveries(consumer, stream), BATCHES)
        return sum(_take(progress, delivery) for delivery in deliveries)
    except FenceLost:
        FENCED.labels(consumer).inc()
        log.warning("outbox_reader_fenced", consumer=consumer, stream=stream)
        return 0
    finally:
        with suppress(Error):  # the lease ends by itself
            release(progress)


def _take(progress: Progress, delivery: Delivery) -> int:
    progress.take(delivery.events)
    delivery.acknowledge()
    reach("consume.acknowledged")
    return len(delivery.events)
