"""What Redis loses is sent again until its consumers have handled it."""

from typing import Any

import pytest

from config.redis import streams as redis
from shards.fields import new_public_id
from shards.outbox import relay as relay_module
from shards.outbox.consumer import consume
from shards.outbox.models import OutboxEvent, OutboxStream, UniversalOutbox
from shards.outbox.procedures import Claimed, universal_outbox_publish
from shards.outbox.registry import Event, consumers
from shards.outbox.relay import relay
from shards.outbox.streams import stream_of
from shards.scope import on_shard

pytestmark = pytest.mark.django_db(databases="__all__")

STREAM = stream_of("shard_1", "market", "AAPL")


@pytest.fixture
def handled(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A consumer of market events that keeps the sequence numbers in the order in which it saw them."""
    seen: list[int] = []

    def handler(event: Event) -> None:
        seen.append(event.sequence_no)

    monkeypatch.setitem(consumers(), "notifications", {"signal.detected": handler})
    return seen


def publish(count: int) -> None:
    with on_shard(1):
        for _ in range(count):
            universal_outbox_publish(
                event_id=new_public_id(),
                domain="market",
                partition_key="AAPL",
                event_type="signal.detected",
                aggregate_id="x",
                event_data={"text": 'a "quote", a \\ and 😀'},
            )


def test_events_flushed_before_they_were_handled_come_again_in_order(handled: list[int]) -> None:
    publish(3)
    assert relay("shard_1") == 3
    redis().flushdb()
    publish(2)
    relay("shard_1")
    consume("notifications", "shard_1")
    assert handled == [1, 2, 3, 4, 5]
    with on_shard(1):
        assert UniversalOutbox.objects.count() == 0
        assert OutboxEvent.objects.count() == 5
        assert OutboxStream.objects.get(stream=STREAM).lost_at is None


def test_what_was_handled_before_the_flush_does_not_come_again(handled: list[int]) -> None:
    publish(2)
    relay("shard_1")
    for consumer in ("notifications", "tutorial"):
        consume(consumer, "shard_1")
    redis().flushdb()
    publish(1)
    relay("shard_1")
    consume("notifications", "shard_1")
    assert handled == [1, 2, 3]
    assert redis().xlen(STREAM) == 1


def test_a_resend_that_was_cut_off_is_taken_up_again(handled: list[int]) -> None:
    publish(3)
    relay("shard_1")
    redis().flushdb()
    with on_shard(1):
        OutboxStream.objects.update(lost_at="2026-01-01T00:00:00Z")  # killed after it had marked the stream
    relay("shard_1")
    consume("notifications", "shard_1")
    assert handled == [1, 2, 3]


def test_a_restart_that_lost_the_last_second_is_noticed(handled: list[int]) -> None:
    publish(2)
    relay("shard_1")
    entries: Any = redis().xrange(STREAM)
    (first, _), (last, _) = entries
    redis().delete(STREAM)
    redis().xadd(STREAM, {"event": b"{}"}, id=first)
    redis().xdel(STREAM, first)
    relay("shard_1")
    assert redis().xlen(STREAM) == 4, "both, for each of the two consumers that have not read them"
    consume("notifications", "shard_1")
    assert handled == [1, 2]
    assert last > first


def test_a_flush_between_look_and_send_is_noticed_by_the_send_itself(
    handled: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the ids that `append` expects, 3 is sent to the emptied stream, whose new last id hides the loss."""
    publish(2)
    relay("shard_1")
    publish(1)
    claim = relay_module.claim

    def claim_after_a_flush() -> list[Claimed]:
        monkeypatch.undo()
        redis().flushdb()
        return claim()

    monkeypatch.setattr(relay_module, "claim", claim_after_a_flush)
    assert relay("shard_1") == 0
    with on_shard(1):
        assert UniversalOutbox.objects.count() == 1
        assert OutboxStream.objects.get(stream=STREAM).lost_at is not None
