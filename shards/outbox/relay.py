"""Takes events from one database's outbox to Redis Streams, in sequence order within each partition.

1. Claim free partitions under a lease with a fence, and commit the claim.
2. Send each partition's events in order; stop sending a partition at its first failure.
3. Mark what was sent, with the fence: moves the rows to `outbox_events`. A stale fence changes nothing.

Killed after 2, the events are sent once more when the lease has ended: delivery is at least once, consumers drop what
they have seen. Killed before, nothing happened but a lease. Any number of relays may run side by side.
"""

import time
from itertools import groupby
from typing import Any

import structlog
from prometheus_client import Counter, Histogram
from redis.exceptions import RedisError

from config.redis import streams as redis
from shards.exceptions import FenceLost
from shards.outbox import procedures
from shards.outbox.procedures import Claimed
from shards.outbox.streams import KEPT_MS, encode, stream_of
from shards.points import reach
from shards.scope import current_alias, on_alias
from shards.transactions import in_transaction

log = structlog.get_logger(__name__)

PARTITIONS, EVENTS, LEASE_SECONDS = 200, 100, 30

SENT = Counter("outbox_sent", "Events moved to outbox_events", ["database"])
FAILED = Counter("outbox_send_failures", "Partitions that could not be sent", ["database"])
FENCED = Counter("outbox_fenced", "Batches whose lease had ended before they were marked", ["database"])
LAG = Histogram("outbox_lag_seconds", "From publish to sent", ["database"], buckets=(0.01, 0.1, 0.5, 1, 2, 5, 30, 300))


def relay(alias: str) -> int:
    """Send what waits on one database; returns how many events were sent when nothing is left to claim."""
    total = 0
    with on_alias(alias):
        while claimed := claim():
            reach("relay.claimed")
            sent, failed = _send(claimed)
            reach("relay.sent")
            total += _mark(sent) if sent else 0
            reach("relay.marked")
            for partition, error in failed:
                _fail(partition, error)
    return total


@in_transaction
def claim() -> list[Claimed]:
    return procedures.universal_outbox_claim(partitions=PARTITIONS, events=EVENTS, lease_seconds=LEASE_SECONDS)


def _send(claimed: list[Claimed]) -> tuple[list[dict[str, Any]], list[tuple[Claimed, str]]]:
    """One pipeline for all partitions; what each was sent up to, and which could not be sent."""
    alias = current_alias()
    batches = [list(batch) for _, batch in groupby(claimed, key=lambda event: (event.domain, event.partition_key))]
    oldest = f"{int(time.time() * 1000) - KEPT_MS}-0"
    pipeline = redis().pipeline(transaction=False)
    for event in claimed:
        stream = stream_of(alias, event.domain, event.partition_key)
        pipeline.xadd(stream, encode(event), minid=oldest, approximate=True)
    try:
        ids = iter(pipeline.execute(raise_on_error=False))
    except RedisError as error:
        return [], [(batch[0], f"{type(error).__name__}: {error}") for batch in batches]
    sent, failed = [], []
    for batch in batches:
        answers = [next(ids) for _ in batch]
        good = next((n for n, answer in enumerate(answers) if isinstance(answer, Exception)), len(batch))
        if good < len(batch):
            failed.append((batch[0], str(answers[good])))
        else:
            sent.append(_receipt(batch[-1], answers[-1]))
    return sent, failed


def _receipt(last: Claimed, stream_id: bytes) -> dict[str, Any]:
    return {
        "domain": last.domain,
        "partition_key": last.partition_key,
        "fence": last.fence,
        "upto": last.sequence_no,
        "stream_id": stream_id.decode(),
    }


def _mark(sent: list[dict[str, Any]]) -> int:
    alias = current_alias()
    try:
        moved = _mark_published(sent)
    except FenceLost:
        FENCED.labels(alias).inc()
        log.exception("outbox_fence_lost", database=alias, partitions=len(sent))
        return 0
    SENT.labels(alias).inc(moved)
    return moved


@in_transaction
def _mark_published(sent: list[dict[str, Any]]) -> int:
    return procedures.universal_outbox_mark_published(sent=sent).moved


@in_transaction
def _fail(first: Claimed, error: str) -> None:
    FAILED.labels(current_alias()).inc()
    status = procedures.universal_outbox_mark_failed(
        domain=first.domain, partition_key=first.partition_key, fence=first.fence, error_message=error
    ).status
    log.warning("outbox_send_failed", partition=f"{first.domain}/{first.partition_key}", status=status, error=error)
