"""The relay: in order within a partition, at least once, and no partition waits for another."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from config.redis import streams as redis
from shards.exceptions import FenceLost
from shards.outbox import procedures
from shards.outbox import relay as relay_module
from shards.outbox.models import OutboxEvent, OutboxPartition, UniversalOutbox
from shards.outbox.relay import claim, relay
from shards.outbox.streams import decode, stream_of
from shards.scope import on_shard
from tests import scratch
from tests.shards.outbox.steps import EXPIRED, everything, publish, sent, update

pytestmark = pytest.mark.django_db(databases="__all__")
really = pytest.mark.django_db(transaction=True, databases="__all__")


def test_events_are_sent_in_order_and_move_to_the_log() -> None:
    with on_shard(1):
        ids = publish("AAPL", 3)
        publish("MSFT", 2)
    assert relay("shard_1") == 5
    assert (sent("AAPL"), sent("MSFT")) == ([1, 2, 3], [1, 2])
    with on_shard(1):
        assert not UniversalOutbox.objects.exists()
        log = OutboxEvent.objects.filter(partition_key="AAPL").order_by("sequence_no")
        assert [row.event_id for row in log] == ids
        assert [(p.lease_until, p.attempts) for p in OutboxPartition.objects.all()] == [(None, 0)] * 2
    assert relay("shard_1") == 0
    assert relay("shard_2") == relay("default") == 0


def test_an_event_arrives_as_it_was_published() -> None:
    with on_shard(1):
        (event_id,) = publish("AAPL")
        row = UniversalOutbox.objects.get()
    relay("shard_1")
    entries: Any = redis().xrange(stream_of("shard_1", "market", "AAPL"))
    ((_, fields),) = entries
    event = decode(stream_of("shard_1", "market", "AAPL"), fields)
    assert event == (
        "shard_1",
        event_id,
        "market",
        "AAPL",
        1,
        "signal.detected",
        1,
        "AAPL",
        row.event_data,
        row.created_at,
    )


def test_more_events_than_one_claim_takes_are_sent_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_module, "EVENTS", 2)
    monkeypatch.setattr(relay_module, "PARTITIONS", 1)
    with on_shard(1):
        publish("AAPL", 5)
        publish("MSFT", 3)
    assert relay("shard_1") == 8
    assert (sent("AAPL"), sent("MSFT")) == ([1, 2, 3, 4, 5], [1, 2, 3])


def test_a_stale_fence_marks_nothing() -> None:
    """Without the fence in the UPDATE's join, the first relay would have moved events that the second is sending."""
    with on_shard(1):
        publish("AAPL", 2)
        publish("MSFT")
        old = claim()
        update(EXPIRED)
        new = claim()
        assert {event.fence for event in new} == {event.fence + 1 for event in old}
        before = everything("shard_1")
        stale = [{"domain": "market", "partition_key": "AAPL", "fence": old[0].fence, "upto": 2}]
        fresh = [{"domain": "market", "partition_key": "MSFT", "fence": new[2].fence, "upto": 1}]
        with pytest.raises(FenceLost):
            relay_module._mark_published(stale + fresh, [])
        with pytest.raises(FenceLost):
            procedures.universal_outbox_mark_failed(
                domain="market", partition_key="AAPL", fence=old[0].fence, is_blocking=True, error_message="x"
            )
        procedures.universal_outbox_release(partitions=stale)
        assert everything("shard_1") == before


def test_a_killed_relay_s_partitions_wait_for_its_lease_to_end() -> None:
    with on_shard(1):
        publish("AAPL", 2)
        assert len(claim()) == 2
    assert relay("shard_1") == 0
    update(EXPIRED)
    assert relay("shard_1") == 2
    assert sent("AAPL") == [1, 2]


@really
def test_what_is_being_claimed_is_skipped_and_not_waited_for(at_once: Callable[..., list[Any]]) -> None:
    """With FOR UPDATE SKIP LOCKED taken out of the claim, the second relay waited for the first one's commit and then
    claimed the same partition again, whose events were already on their way; with JOIN instead of STRAIGHT_JOIN in the
    claim's UPDATE, it waited for a partition that it did not claim."""
    for _ in range(2):  # the first round makes the partition's row
        relay("shard_1")
        with on_shard(1):
            publish("AAPL")
    claimed, asked, skipped = threading.Event(), threading.Event(), []

    def work(which: str) -> int:
        with on_shard(1):
            if which == "second":
                claimed.wait(10)
                found = len(claim())
                asked.set()
                return found
            with transaction.atomic("shard_1"):
                found = len(procedures.universal_outbox_claim(partitions=9, events=9, lease_seconds=30))
                claimed.set()
                skipped.append(asked.wait(3))
            return found

    assert at_once(work, "first", "second") == [1, 0]
    assert skipped == [True]
    with on_shard(1):
        assert OutboxPartition.objects.get().fence == 2


@really
def test_a_publisher_that_has_not_committed_holds_up_no_other_partition(at_once: Callable[..., list[Any]]) -> None:
    """With JOIN instead of STRAIGHT_JOIN in mark_published's DELETE, the relay scanned the queue and waited for the row
    of the other partition."""
    for key in ("AAPL", "MSFT"):
        with on_shard(1):
            publish(key)
        relay("shard_1")
    with on_shard(1):
        publish("AAPL")
    published, relayed, waited = threading.Event(), threading.Event(), []

    def work(which: str) -> int:
        if which == "relay":
            published.wait(10)
            count = relay("shard_1")
            relayed.set()
            return count
        with on_shard(1), transaction.atomic("shard_1"):
            publish("MSFT")
            published.set()
            waited.append(not relayed.wait(3))
        return 0

    assert at_once(work, "publisher", "relay") == [0, 1]
    assert waited == [False]
    assert sent("AAPL") == [1, 2]


@really
def test_relays_side_by_side_send_each_event_once_and_in_order(at_once: Callable[..., list[Any]]) -> None:
    keys = [f"K{n}" for n in range(20)]
    with on_shard(1):
        for key in keys:
            publish(key, 5)
    counts = at_once(lambda _: relay("shard_1"), *range(6))
    assert sum(counts) == 100
    assert {key: sent(key) for key in keys} == {key: [1, 2, 3, 4, 5] for key in keys}
    assert scratch.execute("shard_1", "SELECT COUNT(*) FROM universal_outbox") == [(0,)]
