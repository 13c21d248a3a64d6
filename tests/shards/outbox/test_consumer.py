"""The consumer: in order within a partition, each event once to the handler, and no partition waits for another."""

from typing import Any

import pytest
from redis.exceptions import ResponseError

from config.redis import streams as redis
from shards.fields import new_public_id
from shards.outbox import consumer as consumer_module
from shards.outbox.consumer import consume
from shards.outbox.models import OutboxConsumer
from shards.outbox.procedures import universal_outbox_publish
from shards.outbox.registry import consumers
from shards.outbox.relay import relay
from shards.outbox.streams import stream_of
from shards.scope import on_shard
from tests.shards.outbox.conftest import Handler
from tests.shards.outbox.steps import publish

pytestmark = pytest.mark.django_db(databases="__all__")

STREAM = stream_of("shard_1", "market", "AAPL")
NEIGHBOUR = next(f"K{n}" for n in range(99) if stream_of("shard_1", "market", f"K{n}") == STREAM)


def run() -> int:
    return consume("notifications", "shard_1")


def relayed(key: str, count: int) -> list[Any]:
    """Publish and send; the entries of the partition's stream."""
    with on_shard(1):
        publish(key, count)
    relay("shard_1")
    entries: Any = redis().xrange(STREAM)
    return [fields for _, fields in entries]


def pending() -> int:
    try:
        return int(redis().xpending(STREAM, "notifications")["pending"])
    except ResponseError:
        return 0


def progress() -> dict[str, int]:
    with on_shard(1):
        rows = OutboxConsumer.objects.filter(consumer="notifications")
        return dict(rows.values_list("partition_key", "sequence_no"))


def test_events_are_handled_in_order_and_acknowledged(handler: Handler) -> None:
    relayed("AAPL", 3)
    relayed(NEIGHBOUR, 2)
    assert run() == 5
    assert (handler.of("AAPL"), handler.of(NEIGHBOUR)) == ([1, 2, 3], [1, 2])
    assert progress() == {"AAPL": 3, NEIGHBOUR: 2}
    assert pending() == 0
    assert run() == 0


def test_more_stuck_events_than_a_batch_hold_back_nobody_else(
    handler: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer_module, "BATCH", 2)
    relayed("AAPL", 5)
    handler.failing.add("AAPL")
    assert run() == 0
    relayed(NEIGHBOUR, 3)
    assert run() == 3
    assert handler.of(NEIGHBOUR) == [1, 2, 3]
    assert pending() == 5
    handler.failing.clear()
    assert run() == 5
    assert handler.of("AAPL") == [1, 2, 3, 4, 5]


def test_another_database_s_events_are_left_alone(handler: Handler) -> None:
    relayed("AAPL", 1)
    assert [consume("notifications", alias) for alias in ("shard_2", "default")] == [0, 0]
    assert handler.handled == []


def test_what_was_handled_is_dropped_when_it_comes_again(handler: Handler) -> None:
    """Before it was acknowledged, in one batch, and later; the progress row decides, not Redis."""
    entries = relayed("AAPL", 2)
    redis().xadd(STREAM, entries[0])
    assert run() == 3
    redis().xadd(STREAM, entries[1])
    run()
    assert handler.handled == [("AAPL", 1), ("AAPL", 2)]
    assert pending() == 0


def test_an_event_that_skips_a_number_waits_for_the_missing_one(
    handler: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, three = relayed("AAPL", 3)
    redis().delete(STREAM)
    for fields in (one, three):
        redis().xadd(STREAM, fields)
    assert run() == 1
    assert run() == 0
    assert (handler.of("AAPL"), pending(), progress()) == ([1], 1, {"AAPL": 1})
    redis().xadd(STREAM, two)
    for take_over_ms in (5_000, 0):  # first what is new, later what waits
        monkeypatch.setattr("shards.outbox.consumer.TAKE_OVER_MS", take_over_ms)
        assert run() == 1
    assert handler.of("AAPL") == [1, 2, 3]
    assert pending() == 0


def test_a_failing_handler_holds_back_its_own_partition_and_is_tried_again(handler: Handler) -> None:
    handler.failing = {"AAPL"}
    relayed("AAPL", 3)
    relayed(NEIGHBOUR, 2)
    assert run() == 2
    assert handler.handled == [(NEIGHBOUR, 1), (NEIGHBOUR, 2)]
    assert (pending(), progress()) == (3, {NEIGHBOUR: 2})
    run()
    assert pending() == 3
    handler.failing = set()
    assert run() == 3
    assert handler.of("AAPL") == [1, 2, 3]
    assert pending() == 0


def test_new_events_of_others_come_through_while_one_partition_fails(
    handler: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within the time after which pending events are taken over, a consumer reads what is new."""
    handler.failing = {"AAPL"}
    relayed("AAPL", 1)
    run()
    monkeypatch.setattr("shards.outbox.consumer.TAKE_OVER_MS", 5_000)
    relayed(NEIGHBOUR, 2)
    assert run() == 2
    assert handler.of(NEIGHBOUR) == [1, 2]


def test_the_pending_events_of_a_dead_consumer_are_taken_over(handler: Handler) -> None:
    relayed("AAPL", 2)
    redis().xgroup_create(STREAM, "notifications", id="0")
    assert redis().xreadgroup("notifications", "dead-1", {STREAM: ">"})
    assert pending() == 2
    assert run() == 2
    assert handler.of("AAPL") == [1, 2]
    assert pending() == 0


def test_a_live_consumer_s_pending_events_are_left_to_it(handler: Handler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shards.outbox.consumer.TAKE_OVER_MS", 5_000)
    relayed("AAPL", 2)
    redis().xgroup_create(STREAM, "notifications", id="0")
    redis().xreadgroup("notifications", "alive-1", {STREAM: ">"})
    assert run() == 0
    assert (handler.handled, pending()) == ([], 2)


def test_after_redis_was_emptied_the_group_is_made_again(handler: Handler) -> None:
    relayed("AAPL", 1)
    run()
    redis().flushdb()
    assert run() == 0
    relayed("AAPL", 2)
    assert run() == 2
    assert handler.of("AAPL") == [1, 2, 3]


def test_an_event_that_nobody_handles_moves_on(handler: Handler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(consumers(), "notifications", {"account.created": handler})
    with on_shard(1):
        universal_outbox_publish(
            event_id=new_public_id(),
            domain="account",
            partition_key="1000",
            event_type="account.renamed",
            aggregate_id="1000",
            event_data={},
        )
    relay("shard_1")
    assert run() == 1
    assert (handler.handled, progress()) == ([], {"1000": 1})
