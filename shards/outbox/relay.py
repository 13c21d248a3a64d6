"""Takes events from one database's outbox to Redis Streams, in sequence order within each partition.

1. Claim free partitions under a lease with a fence, and commit the claim.
2. Send their events while the lease has time left; not at all to a stream that has lost entries (see `resend`).
3. Mark what was sent, with the fence: moves the rows to `outbox_events`. A stale fence changes nothing.

Killed after 2, the events are sent once more when the lease has ended: delivery is at least once, consumers drop what
they have seen. Killed before, nothing happened but a lease. Any number of relays may run side by side. When Redis
cannot be reached, the partitions wait and lose no try; an event that Redis refuses becomes a dead letter in the end.
"""

import time
from itertools import groupby
from typing import Any, NamedTuple

import structlog
from django.conf import settings
from prometheus_client import Counter

from shards.exceptions import FenceLost
from shards.outbox import procedures, resend
from shards.outbox.procedures import Claimed
from shards.outbox.registry import IS_BLOCKED_BY_DEAD_LETTER, Domain
from shards.outbox.transport import Refused, StreamLost, TransportDown, transport
from shards.points import reach
from shards.scope import current_alias, on_alias
from shards.transactions import in_transaction

log = structlog.get_logger(__name__)

PARTITIONS, EVENTS, LEASE_SECONDS = 100, 50, 30
SENDING_SECONDS = 10.0  # nothing is sent when less is left of the lease: longer than the transport waits for an answer

SENT = Counter("outbox_sent", "Events moved to outbox_events", ["database"])
FAILED = Counter("outbox_send_failures", "Partitions that could not be sent", ["database"])
FENCED = Counter("outbox_fenced", "Batches whose lease had ended before they were marked", ["database"])

DEAD = Counter("outbox_dead_letters_made", "Events that used up their tries", ["database", "domain"])
OUTLIVED = Counter("outbox_leases_outlived", "Partitions not sent because their lease was too old", ["database"])


class Batch(NamedTuple):
    """Events of one partition, in order; `until` is when their lease is too old to send, on this process' clock."""

    events: list[Claimed]
    until: float


def relay(alias: str) -> int:
    """Send what waits on one database; returns how many events were sent when nothing is left to claim."""
    sent = 0
    with on_alias(alias):
        expected = {} if settings.OUTBOX_BROKER_URL else resend.recover(alias)
        while batches := _claimed():
            reach("relay.claimed")
            sent += _send(batches, expected)
    return sent


def _claimed() -> list[Batch]:
    until = time.monotonic() + LEASE_SECONDS - SENDING_SECONDS  # asked before the claim: the lease begins later
    return [Batch(list(events), until) for _, events in groupby(claim(), key=lambda e: (e.domain, e.partition_key))]


@in_transaction
def claim() -> list[Claimed]:
    return procedures.universal_outbox_claim(partitions=PARTITIONS, events=EVENTS, lease_seconds=LEASE_SECONDS)


def _send(batches: list[Batch], expected: dict[str, str]) -> int:
    """All batches in one round trip; alone, one by one, when the transport refuses them together."""
    alias = current_alias()
    if time.monotonic() > min(batch.until for batch in batches):
        OUTLIVED.labels(alias).inc(len(batches))
        log.warning("outbox_lease_outlived", database=alias, partitions=len(batches))
        return 0  # claimed again when the lease has ended
    try:
        last_ids = transport().append(alias, (event for batch in batches for event in batch.events), expected)
    except StreamLost as lost:
        _release(batches)  # to be claimed again when the stream is whole
        resend.mark_lost(lost.stream)
        return 0
    except TransportDown as error:
        log.warning("outbox_transport_down", database=alias, error=str(error))
        _release(batches)
        return 0
    except Refused as error:
        if len(batches) > 1:
            return sum(_send([batch], expected) for batch in batches)
        if len(batches[0].events) > 1:
            return _send_first(batches[0], expected)
        _fail(batches[0].events[0], str(error))
        return 0
    reach("relay.sent")
    expected |= last_ids
    moved = _mark(batches, last_ids)
    reach("relay.marked")
    return moved


def _send_first(batch: Batch, expected: dict[str, str]) -> int:
    """Which event of a refused batch is the bad one is found from its head; what follows is claimed anew."""
    return _send([Batch(batch.events[:1], batch.until)], expected)


def _mark(batches: list[Batch], last_ids: dict[str, str]) -> int:
    alias = current_alias()
    sent = [_partition(batch.events[-1]) | {"upto": batch.events[-1].sequence_no} for batch in batches]
    try:
        moved = _mark_published(sent, [{"stream": stream, "last_id": last} for stream, last in last_ids.items()])
    except FenceLost:
        FENCED.labels(alias).inc()
        log.exception("outbox_fence_lost", database=alias, partitions=len(sent))
        return 0
    SENT.labels(alias).inc(moved)
    return moved


@in_transaction
def _mark_published(sent: list[dict[str, Any]], last_ids: list[dict[str, Any]]) -> int:
    return procedures.universal_outbox_mark_published(sent=sent, streams=last_ids).moved


@in_transaction
def _release(batches: list[Batch]) -> None:
    FAILED.labels(current_alias()).inc(len(batches))
    procedures.universal_outbox_release(partitions=[_partition(batch.events[0]) for batch in batches])


def _fail(first: Claimed, error: str) -> None:
    alias, partition = current_alias(), f"{first.domain}/{first.partition_key}"
    FAILED.labels(alias).inc()
    try:
        status = _mark_failed(first, error)
    except FenceLost:
        FENCED.labels(alias).inc()
        log.exception("outbox_fence_lost", database=alias, partitions=1)
        return
    if status == "dead_letter":
        DEAD.labels(alias, first.domain).inc()
    log.warning("outbox_send_refused", partition=partition, status=status, error=error)


@in_transaction
def _mark_failed(first: Claimed, error: str) -> str:
    return procedures.universal_outbox_mark_failed(
        domain=first.domain,
        partition_key=first.partition_key,
        fence=first.fence,
        is_blocking=IS_BLOCKED_BY_DEAD_LETTER[Domain(first.domain)],
        error_message=error,
    ).status


def _partition(event: Claimed) -> dict[str, Any]:
    return {"domain": event.domain, "partition_key": event.partition_key, "fence": event.fence}
