"""Takes events from one database's outbox to Redis Streams, in sequence order within each partition.

1. Claim free partitions under a lease with a fence, and commit the claim.
2. Send their events; not at all to a stream that Redis has lost entries of (see `resend`).
3. Mark what was sent, with the fence: moves the rows to `outbox_events`. A stale fence changes nothing.

Killed after 2, the events are sent once more when the lease has ended: delivery is at least once, consumers drop what
they have seen. Killed before, nothing happened but a lease. Any number of relays may run side by side. When Redis
cannot be reached, the partitions wait and lose no try; an event that Redis refuses becomes a dead letter in the end.
"""

from itertools import groupby
from typing import Any

import structlog
from prometheus_client import Counter
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from shards.exceptions import FenceLost
from shards.outbox import procedures, resend, streams
from shards.outbox.procedures import Claimed
from shards.points import reach
from shards.scope import current_alias, on_alias
from shards.transactions import in_transaction

log = structlog.get_logger(__name__)

PARTITIONS, EVENTS, LEASE_SECONDS = 100, 50, 30  # at most 5,000 events a batch: far less than a lease

SENT = Counter("outbox_sent", "Events moved to outbox_events", ["database"])
FAILED = Counter("outbox_send_failures", "Partitions that could not be sent", ["database"])
FENCED = Counter("outbox_fenced", "Batches whose lease had ended before they were marked", ["database"])

Batch = list[Claimed]  # events of one partition, in order


def relay(alias: str) -> int:
    """Send what waits on one database; returns how many events were sent when nothing is left to claim."""
    sent = 0
    with on_alias(alias):
        expected = resend.recover(alias)
        while claimed := claim():
            reach("relay.claimed")
            batches = [list(batch) for _, batch in groupby(claimed, key=lambda e: (e.domain, e.partition_key))]
            sent += _send(batches, expected)
    return sent


@in_transaction
def claim() -> list[Claimed]:
    return procedures.universal_outbox_claim(partitions=PARTITIONS, events=EVENTS, lease_seconds=LEASE_SECONDS)


def _send(batches: list[Batch], expected: dict[str, str]) -> int:
    """All batches in one round trip; alone, one by one, when Redis refuses them together."""
    alias = current_alias()
    try:
        last_ids = streams.append(alias, (event for batch in batches for event in batch), expected)
    except streams.StreamLost as lost:
        _release(batches)  # to be claimed again when the stream is whole
        resend.mark_lost(lost.stream)
        return 0
    except (RedisConnectionError, RedisTimeoutError) as error:
        log.warning("outbox_transport_down", database=alias, error=str(error))
        _release(batches)
        return 0
    except RedisError as error:
        if len(batches) > 1:
            return sum(_send([batch], expected) for batch in batches)
        _fail(batches[0][0], str(error))
        return 0
    reach("relay.sent")
    expected |= last_ids
    moved = _mark(batches, last_ids)
    reach("relay.marked")
    return moved


def _mark(batches: list[Batch], last_ids: dict[str, str]) -> int:
    alias = current_alias()
    sent = [_partition(batch[-1]) | {"upto": batch[-1].sequence_no} for batch in batches]
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
    procedures.universal_outbox_release(partitions=[_partition(batch[0]) for batch in batches])


def _fail(first: Claimed, error: str) -> None:
    alias, partition = current_alias(), f"{first.domain}/{first.partition_key}"
    FAILED.labels(alias).inc()
    try:
        status = _mark_failed(first, error)
    except FenceLost:
        FENCED.labels(alias).inc()
        log.exception("outbox_fence_lost", database=alias, partitions=1)
        return
    log.warning("outbox_send_refused", partition=partition, status=status, error=error)


@in_transaction
def _mark_failed(first: Claimed, error: str) -> str:
    return procedures.universal_outbox_mark_failed(
        domain=first.domain, partition_key=first.partition_key, fence=first.fence, error_message=error
    ).status


def _partition(event: Claimed) -> dict[str, Any]:
    return {"domain": event.domain, "partition_key": event.partition_key, "fence": event.fence}
