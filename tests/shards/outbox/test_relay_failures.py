"""What Redis refuses backs off alone; when Redis is down nothing loses a try; who lost its lease goes on."""

import time
from typing import Any

import pytest
from django.db import connections
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.redis import streams as redis
from shards.outbox import relay as relay_module
from shards.outbox import service, streams
from shards.outbox.models import OutboxEvent, OutboxPartition, UniversalOutbox
from shards.outbox.procedures import Claimed
from shards.outbox.registry import IS_BLOCKED_BY_DEAD_LETTER, Domain
from shards.outbox.relay import relay
from shards.outbox.streams import stream_of
from shards.outbox.transport import Refused
from shards.scope import on_shard
from tests.shards.outbox.steps import DUE, EXPIRED, publish, sent, update

pytestmark = pytest.mark.django_db(databases="__all__")


def waiting() -> dict[str, list[tuple[int, str, int]]]:
    with on_shard(1):
        rows = UniversalOutbox.objects.order_by("sequence_no")
        found: dict[str, list[tuple[int, str, int]]] = {}
        for row in rows:
            found.setdefault(row.partition_key, []).append((row.sequence_no, row.status, row.retry_count))
    return found


def two_streams() -> tuple[str, str]:
    names = ["AAPL", *(f"K{n}" for n in range(20))]
    first = stream_of("shard_1", "market", names[0])
    return names[0], next(name for name in names if stream_of("shard_1", "market", name) != first)


@pytest.fixture
def refused() -> str:
    """A partition whose stream's key is no stream: Redis refuses what is sent there. The other one is well."""
    bad, good = two_streams()
    redis().set(stream_of("shard_1", "market", bad), "no stream")
    with on_shard(1):
        publish(bad, 2)
        publish(good, 2)
    return good


def test_what_redis_refuses_backs_off_alone(refused: str) -> None:
    assert relay("shard_1") == 2
    assert sent(refused) == [1, 2]
    assert waiting() == {"AAPL": [(1, "failed", 1), (2, "pending", 0)]}
    with on_shard(1):
        publish(refused)
        assert relay("shard_1") == 1
        row = OutboxPartition.objects.get(partition_key="AAPL")
    assert row.lease_until is None
    assert row.attempts == 1
    assert waiting()["AAPL"][0] == (1, "failed", 1), "not tried again before its time"


def test_the_backoff_doubles_and_half_of_it_is_chance(refused: str) -> None:
    left = "SELECT TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), next_attempt_at) / 1e6 AS s FROM outbox_partitions"
    seconds = []
    for _ in range(5):
        relay("shard_1")
        with on_shard(1), connections["shard_1"].cursor() as cursor:
            cursor.execute(f"{left} WHERE partition_key = 'AAPL'")
            seconds.append(float(cursor.fetchone()[0]))
        update(DUE)
    assert [limit / 2 - 0.5 <= s <= limit for s, limit in zip(seconds, (1, 2, 4, 8, 16), strict=True)] == [True] * 5


def test_after_its_last_try_an_event_is_a_dead_letter_and_holds_its_partition(
    refused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(IS_BLOCKED_BY_DEAD_LETTER, Domain.MARKET, True)
    update("UPDATE universal_outbox SET max_retries = 3")
    for _ in range(5):
        relay("shard_1")
        update(DUE)
    assert waiting() == {"AAPL": [(1, "dead_letter", 3), (2, "pending", 0)]}
    with on_shard(1):
        row = UniversalOutbox.objects.get(sequence_no=1)
        assert OutboxPartition.objects.get(partition_key="AAPL").blocked_by == 1
    assert "WRONGTYPE" in row.error_message
    assert sent(refused) == [1, 2]
    redis().delete(stream_of("shard_1", "market", "AAPL"))
    assert relay("shard_1") == 0


def test_where_each_event_stands_alone_the_partition_goes_on(refused: str) -> None:
    update("UPDATE universal_outbox SET max_retries = 1")
    with on_shard(1):
        relay_module._fail(next(event for event in relay_module.claim() if event.partition_key == "AAPL"), "refused")
        update(EXPIRED)
    assert waiting()["AAPL"] == [(1, "dead_letter", 1), (2, "pending", 0)]
    redis().delete(stream_of("shard_1", "market", "AAPL"))
    with on_shard(1):
        publish("AAPL")
    assert relay("shard_1") == 4
    assert sent("AAPL") == [2, 3]
    assert waiting() == {"AAPL": [(1, "dead_letter", 1)]}
    with on_shard(1):
        assert not OutboxEvent.objects.filter(partition_key="AAPL", sequence_no=1).exists()


def test_when_redis_is_down_nothing_loses_a_try(monkeypatch: pytest.MonkeyPatch) -> None:
    with on_shard(1):
        publish("AAPL", 2)
    monkeypatch.setattr(streams, "redis", lambda: Redis(port=1, retry=Retry(NoBackoff(), 0)))
    for _ in range(3):
        assert relay("shard_1") == 0
        update(DUE)
    assert waiting() == {"AAPL": [(1, "pending", 0), (2, "pending", 0)]}
    monkeypatch.undo()
    assert relay("shard_1") == 2
    assert sent("AAPL") == [1, 2]


def test_a_relay_that_lost_its_fence_goes_on_with_the_other_databases(
    refused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lease ended while Redis refused: somebody else holds the partition now, and that is no fault."""
    with on_shard(2):
        publish("AAPL")
    claim = relay_module.claim

    def claim_and_lose() -> list[Claimed]:
        monkeypatch.undo()
        claimed = claim()
        update(EXPIRED.replace("SET ", "SET fence = fence + 1, "))
        return claimed

    monkeypatch.setattr(relay_module, "claim", claim_and_lose)
    assert service.relay_all() == {"default": 0, "shard_1": 2, "shard_2": 1}


def test_a_batch_that_is_refused_is_tried_from_its_head(monkeypatch: pytest.MonkeyPatch) -> None:
    """One bad event costs the events before it nothing."""
    with on_shard(1):
        publish("AAPL", 3)
    append = streams.append

    def without_the_third(alias: str, events: Any, expected: Any) -> dict[str, str]:
        events = list(events)
        if any(event.sequence_no == 3 for event in events):
            raise Refused("too large")
        return append(alias, events, expected)

    monkeypatch.setattr(streams, "append", without_the_third)
    assert relay("shard_1") == 2
    assert sent("AAPL") == [1, 2]
    assert waiting() == {"AAPL": [(3, "failed", 1)]}


def test_a_batch_does_not_outlive_its_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    """A relay that was stopped for longer than its lease sends nothing when it goes on."""
    with on_shard(1):
        publish("AAPL", 2)
        stopped = relay_module._claimed()
        assert len(stopped) == 1
        monkeypatch.setattr(time, "monotonic", lambda: stopped[0].until + 1)
        assert relay_module._send(stopped, {}) == 0
    assert sent("AAPL") == []
    monkeypatch.undo()
    update(EXPIRED)
    assert relay("shard_1") == 2
