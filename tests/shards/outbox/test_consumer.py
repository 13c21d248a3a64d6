"""The consumer: in order within a partition, each event once to the handler, and no partition waits for another."""

import json
from typing import Any

import pytest
from redis.exceptions import ResponseError

from config.redis import streams as redis
from shards.exceptions import FenceLost
from shards.fields import new_public_id
from shards.outbox import consumer as consumer_module
from shards.outbox import progress as progress_module
from shards.outbox import reading
from shards.outbox.consumer import catch_up, consume
from shards.outbox.models import OutboxConsumer, OutboxEvent, UniversalOutbox
from shards.outbox.procedures import Claimed, universal_outbox_publish
from shards.outbox.progress import claim
from shards.outbox.registry import consumers
from shards.outbox.relay import relay
from shards.outbox.streams import encode, stream_of
from shards.scope import on_shard
from tests.shards.outbox.conftest import Handler
from tests.shards.outbox.steps import everything, publish, update

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


def relay_copy(row: UniversalOutbox) -> bytes:
    """The entry that a relay would send for this row."""
    columns = {name: getattr(row, name) for name in Claimed._fields if name not in ("fence", "event_data")}
    return encode(Claimed(**columns, event_data=json.dumps(row.event_data), fence=0))


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
    monkeypatch.setattr(reading, "BATCH", 2)
    relayed("AAPL", 5)
    handler.failing.add("AAPL")
    run()
    relayed(NEIGHBOUR, 3)
    assert run() == 3
    assert handler.handled == [(NEIGHBOUR, 1), (NEIGHBOUR, 2), (NEIGHBOUR, 3)]
    assert pending() == 0, "Redis keeps nothing that waits"
    handler.failing.clear()
    run()
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


def test_a_number_that_the_stream_skips_is_read_from_the_log(handler: Handler) -> None:
    one, _, three = relayed("AAPL", 3)
    redis().delete(STREAM)
    for fields in (one, three):
        redis().xadd(STREAM, fields)
    assert run() == 2
    assert (handler.of("AAPL"), pending(), progress()) == ([1, 2, 3], 0, {"AAPL": 3})


def test_an_event_that_came_before_its_predecessor_was_sent_waits_for_it(handler: Handler) -> None:
    with on_shard(1):
        publish("AAPL", 3)
        third = UniversalOutbox.objects.get(sequence_no=3)
    early = relay_copy(third)
    redis().xadd(STREAM, {"event": early})
    assert run() == 1
    assert (handler.handled, progress()) == ([], {"AAPL": 0})
    relay("shard_1")
    run()
    assert handler.of("AAPL") == [1, 2, 3]


def test_numbers_that_stand_nowhere_any_more_are_passed_over(handler: Handler) -> None:
    """Cleaned up before a new consumer came, or given anew to a dead letter."""
    relayed("AAPL", 3)
    redis().delete(STREAM)
    with on_shard(1):
        OutboxEvent.objects.filter(sequence_no__lte=2).delete()
    relayed("AAPL", 1)
    run()
    assert (handler.of("AAPL"), progress()) == ([3, 4], {"AAPL": 4})


def test_a_failing_handler_holds_back_its_own_partition_and_is_tried_again(handler: Handler) -> None:
    handler.failing = {"AAPL"}
    relayed("AAPL", 3)
    relayed(NEIGHBOUR, 2)
    assert run() == 5
    assert handler.handled == [(NEIGHBOUR, 1), (NEIGHBOUR, 2)]
    assert (pending(), progress()) == (0, {NEIGHBOUR: 2, "AAPL": 0})
    run()
    assert handler.tried == 4, "the head was tried once more, and nothing behind it"
    handler.failing = set()
    run()
    assert handler.of("AAPL") == [1, 2, 3]


def test_what_failed_is_not_tried_before_its_time(handler: Handler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_module, "BACKOFF_SECONDS", 60)
    handler.failing = {"AAPL"}
    relayed("AAPL", 1)
    for _ in range(3):
        run()
        relayed("AAPL", 1)
    assert handler.tried == 1
    with on_shard(1):
        row = OutboxConsumer.objects.get()
        assert (row.tries, row.seen_no, row.error_message) == (1, 3, "LookupError: of no use")
        assert row.next_attempt_at is not None
        seconds = (row.next_attempt_at - row.updated_at).total_seconds()
    assert seconds <= 60, "later events left the time as it stood"


def test_the_pending_events_of_a_dead_consumer_are_taken_over(handler: Handler) -> None:
    relayed("AAPL", 2)
    redis().xgroup_create(STREAM, "notifications", id="0")
    assert redis().xreadgroup("notifications", "dead-1", {STREAM: ">"})
    assert pending() == 2
    assert run() == 2
    assert handler.of("AAPL") == [1, 2]
    assert pending() == 0


def test_a_stream_that_another_process_reads_is_left_to_it_until_its_lease_ends(handler: Handler) -> None:
    relayed("AAPL", 2)
    with on_shard(1):
        assert claim("notifications", STREAM)
    assert (run(), handler.handled) == (0, [])
    update("UPDATE outbox_readers SET lease_until = UTC_TIMESTAMP(6)")
    assert (run(), handler.of("AAPL")) == (2, [1, 2])


def test_who_lost_its_lease_records_nothing(handler: Handler) -> None:
    """Without the fence in fp_outbox_consumer_advance a stopped process would set back what its successor recorded."""
    relayed("AAPL", 2)
    with on_shard(1):
        stale = claim("notifications", STREAM)
        update("UPDATE outbox_readers SET lease_until = UTC_TIMESTAMP(6)")
        assert stale
        run()
        before = everything("shard_1")
        stale.places["market", "AAPL"] = progress_module.Place(7, 9, 3, None, 8, "late")
        stale.changed.add(("market", "AAPL"))
        with pytest.raises(FenceLost):
            stale.save()
        assert everything("shard_1") == before


def test_what_was_trimmed_before_it_was_read_is_caught_up_from_the_log(
    handler: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    relayed("AAPL", 3)
    relayed(NEIGHBOUR, 1)
    redis().xtrim(STREAM, maxlen=0)
    assert (run(), catch_up("notifications", "shard_1")) == (0, 0), "not yet: it may be on its way"
    monkeypatch.setattr(consumer_module, "OLD_SECONDS", 0)
    assert catch_up("notifications", "shard_1") == 2
    run()
    assert (handler.of("AAPL"), handler.of(NEIGHBOUR)) == ([1, 2, 3], [1])
    assert catch_up("notifications", "shard_1") == 0


def test_after_redis_was_emptied_the_group_is_made_again(handler: Handler) -> None:
    relayed("AAPL", 1)
    run()
    redis().flushdb()
    assert run() == 0
    relayed("AAPL", 2)
    assert run() == 3, "the first comes again for the domain's other consumer"
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
