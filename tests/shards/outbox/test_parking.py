"""A poison event is set aside after its last try, whole and with its reason; the domain says whether others wait."""

import pytest
from django.db import OperationalError

from shards.exceptions import AccountNotOnShard, PlacementUnknown
from shards.outbox import progress
from shards.outbox.consumer import consume
from shards.outbox.models import OutboxConsumer, OutboxEvent, OutboxParked
from shards.outbox.procedures import outbox_parked_wish
from shards.outbox.publishing import publish
from shards.outbox.registry import event_type
from shards.outbox.relay import relay
from shards.scope import on_shard
from tests.shards.outbox.conftest import Handler

pytestmark = pytest.mark.django_db(databases="__all__")

MARKET, ACCOUNT = event_type("signal.detected"), event_type("account.created")  # goes on; waits


def relayed(kind: object, key: str, count: int) -> None:
    with on_shard(1):
        for number in range(count):
            publish(kind, partition_key=key, aggregate_id=key, event_data={"n": number})  # type: ignore[arg-type]
    relay("shard_1")


def run(times: int = 1) -> None:
    for _ in range(times):
        consume("notifications", "shard_1")


def state(key: str) -> tuple[int, int, int | None]:
    with on_shard(1):
        row = OutboxConsumer.objects.get(consumer="notifications", partition_key=key)
        return row.sequence_no, row.tries, row.blocked_by


def parked() -> list[OutboxParked]:
    with on_shard(1):
        return list(OutboxParked.objects.order_by("parked_no"))


def wish(what: str) -> None:
    with on_shard(1):
        assert outbox_parked_wish(consumer="notifications", event_id=parked()[0].event_id, wish=what)


def test_an_event_is_parked_after_its_last_try_with_its_reason(handler: Handler) -> None:
    handler.failing = {"7"}
    relayed(ACCOUNT, "7", 2)
    run(progress.TRIES - 1)
    assert (parked(), state("7")) == ([], (0, progress.TRIES - 1, None))
    run()
    (row,) = parked()
    with on_shard(1):
        log = OutboxEvent.objects.get(sequence_no=1)
    assert (row.consumer, row.tries, row.reason) == ("notifications", progress.TRIES, "LookupError: of no use")
    for name in ("event_id", "domain", "partition_key", "sequence_no", "event_type", "schema_version", "event_data"):
        assert getattr(row, name) == getattr(log, name)
    assert row.created_at == log.created_at


def test_where_later_events_mean_nothing_without_it_the_partition_waits(handler: Handler) -> None:
    handler.failing = {"7"}
    relayed(ACCOUNT, "7", 2)
    run(progress.TRIES)
    handler.failing = set()
    relayed(ACCOUNT, "7", 1)
    relayed(ACCOUNT, "8", 1)
    run(3)
    assert (handler.handled, state("7")[2]) == ([("8", 1)], 1)


def test_where_each_event_stands_alone_the_partition_goes_on(handler: Handler) -> None:
    handler.failing = {"AAPL"}
    relayed(MARKET, "AAPL", 1)
    run(progress.TRIES)
    handler.failing = set()
    relayed(MARKET, "AAPL", 2)
    run()
    assert (handler.of("AAPL"), state("AAPL"), len(parked())) == ([2, 3], (3, 0, None), 1)


def test_a_replayed_event_comes_first_and_then_what_waited(handler: Handler) -> None:
    handler.failing = {"7"}
    relayed(ACCOUNT, "7", 3)
    run(progress.TRIES)
    wish("replay")
    run()
    assert (len(parked()), state("7")[2]) == (1, 1), "it failed again, and waits for another wish"
    assert parked()[0].tries == progress.TRIES + 1
    tried = handler.tried
    run(2)
    assert handler.tried == tried
    handler.failing = set()
    wish("replay")
    run(2)
    assert (handler.of("7"), parked(), state("7")) == ([1, 2, 3], [], (3, 0, None))


def test_a_replay_of_what_others_overtook_disturbs_nobody(handler: Handler) -> None:
    handler.failing = {"AAPL"}
    relayed(MARKET, "AAPL", 1)
    run(progress.TRIES)
    handler.failing = set()
    relayed(MARKET, "AAPL", 1)
    run()
    wish("replay")
    run()
    assert (handler.of("AAPL"), parked(), state("AAPL")) == ([2, 1], [], (2, 0, None))


def test_an_event_that_is_passed_over_stays_parked(handler: Handler) -> None:
    handler.failing = {"7"}
    relayed(ACCOUNT, "7", 3)
    run(progress.TRIES)
    handler.failing = set()
    wish("skip")
    run(2)
    assert (handler.of("7"), state("7")) == ([2, 3], (3, 0, None))
    (row,) = parked()
    assert (row.sequence_no, row.wish) == (1, None)


@pytest.mark.parametrize("error", [AccountNotOnShard(), OperationalError(2013, "lost"), OperationalError(1213, "dead")])
def test_an_outage_costs_no_try(handler: Handler, error: Exception) -> None:
    handler.failing, handler.error = {"7"}, error
    relayed(ACCOUNT, "7", 2)
    run(progress.TRIES + 3)
    assert (parked(), state("7")) == ([], (0, 0, None))
    handler.failing = set()
    run()
    assert handler.of("7") == [1, 2]


@pytest.mark.parametrize("error", [PlacementUnknown(), OperationalError(1054, "unknown column")])
def test_an_error_of_ours_costs_a_try(handler: Handler, error: Exception) -> None:
    handler.failing, handler.error = {"7"}, error
    relayed(ACCOUNT, "7", 1)
    run(2)
    assert state("7")[1] == 2
