"""Publishing is part of the caller's transaction; numbers have no gaps, no duplicates, and follow commit order."""

import random
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connections, transaction

from shards.fields import new_public_id
from shards.models import AccountResidence
from shards.outbox.models import OutboxSequence, UniversalOutbox
from shards.outbox.procedures import universal_outbox_publish, universal_outbox_publish_batch
from shards.scope import on_global, on_shard
from shards.transactions import in_transaction
from tests.shards.outbox.steps import everything, publish

pytestmark = pytest.mark.django_db(databases="__all__")
really = pytest.mark.django_db(transaction=True, databases="__all__")

WRITERS, EVENTS = 12, 6


class Undone(Exception):
    pass


def numbers(key: str) -> list[int]:
    return sorted(UniversalOutbox.objects.filter(partition_key=key).values_list("sequence_no", flat=True))


@really
def test_event_and_business_row_roll_back_together() -> None:
    def work() -> None:
        with transaction.atomic("shard_1"):
            AccountResidence.objects.create(account_db_key=1)
            publish("AAPL")
            raise Undone

    with on_shard(1):
        with pytest.raises(Undone):
            work()
        assert not AccountResidence.objects.exists()
        assert everything("shard_1") == [[], [], [], [], []]
        publish("AAPL")
        assert numbers("AAPL") == [1], "the number was given back"


@pytest.mark.parametrize("on", [on_global, lambda: on_shard(1)])
def test_every_database_counts_for_itself(on: Callable[[], Any]) -> None:
    with on():
        publish("AAPL", 2)
        publish("MSFT")
        assert (numbers("AAPL"), numbers("MSFT")) == ([1, 2], [1])
    with on_shard(2):
        assert everything("shard_2") == [[], [], [], [], []]


@really
def test_numbers_are_gapless_and_follow_commit_order_under_parallel_writers(
    at_once: Callable[..., list[Any]],
) -> None:
    """Twelve writers on one key, some roll back; a reader looks all the time: what it sees is always 1..n.

    With the number taken as MAX(sequence_no) + 1, without the counter row's lock, writers got 1062 for numbers that
    were given twice; with an AUTO_INCREMENT's habits (number taken outside the transaction) the reader saw gaps.
    """
    done, prefixes = threading.Event(), set()

    @in_transaction
    def write(seed: random.Random) -> None:
        publish("AAPL")
        time.sleep(seed.uniform(0, 0.003))
        if seed.random() < 0.2:
            raise Undone

    def work(number: int) -> int:
        with on_shard(1):
            if number == WRITERS:
                while not done.is_set():
                    seen = numbers("AAPL")
                    prefixes.add(seen == list(range(1, len(seen) + 1)))
                return 0
            seed, committed = random.Random(number), 0
            for _ in range(EVENTS):
                try:
                    write(seed)
                    committed += 1
                except Undone:
                    pass
            return committed

    watcher = threading.Thread(target=at_once, args=(work, WRITERS))
    watcher.start()
    counts = at_once(work, *range(WRITERS))
    done.set()
    watcher.join(10)
    with on_shard(1):
        assert numbers("AAPL") == list(range(1, sum(counts) + 1))
        assert OutboxSequence.objects.get().next_sequence == sum(counts) + 1
    assert prefixes == {True}
    assert sum(counts) < WRITERS * EVENTS, "some were rolled back"


@really
def test_a_publisher_waits_for_its_own_partition_only(at_once: Callable[..., list[Any]]) -> None:
    held, done = threading.Event(), threading.Event()

    def work(which: str) -> None:
        with on_shard(1), transaction.atomic("shard_1"):
            if which == "holder":
                publish("AAPL")
                held.set()
                done.wait(10)
                return
            held.wait(10)
            try:
                with connections["shard_1"].cursor() as cursor:
                    cursor.execute("SET SESSION innodb_lock_wait_timeout = 1")
                publish(which)
            finally:
                if which == "AAPL":
                    done.set()

    _, other_key, same_key = at_once(work, "holder", "MSFT", "AAPL")
    assert other_key is None
    assert isinstance(same_key, OperationalError)
    assert same_key.args[0] == 1205


def test_an_event_id_is_published_once() -> None:
    with on_shard(1):
        (event_id,) = publish("AAPL")
        before = everything("shard_1")
        with pytest.raises(IntegrityError) as raised, transaction.atomic("shard_1"):
            universal_outbox_publish(
                event_id=event_id,
                domain="market",
                partition_key="AAPL",
                event_type="signal.detected",
                aggregate_id="x",
                event_data={},
            )
        assert raised.value.args[0] == 1062
        assert everything("shard_1") == before


def test_a_batch_is_numbered_in_its_own_order_within_each_partition() -> None:
    keys = ["MSFT", "AAPL", "AAPL", "MSFT", "AAPL"]
    events = [
        {
            "event_id": new_public_id().hex,
            "domain": "market",
            "partition_key": key,
            "event_type": "signal.detected",
            "aggregate_id": f"{place}",
            "event_data": {"place": place, "text": "a 'b' \\ 😀"},
        }
        for place, key in enumerate(keys)
    ]
    with on_shard(1):
        publish("AAPL", 2)
        universal_outbox_publish_batch(events=events)
        universal_outbox_publish_batch(events=[])
        publish("AAPL")
        rows = UniversalOutbox.objects.order_by("partition_key", "sequence_no")
        found = [(row.partition_key, row.sequence_no, row.event_data.get("place")) for row in rows]
        assert [row.event_id.hex for row in rows if row.aggregate_id == "4"] == [events[4]["event_id"]]
    assert found == [
        *(("AAPL", 1, None), ("AAPL", 2, None), ("AAPL", 3, 1), ("AAPL", 4, 2), ("AAPL", 5, 4), ("AAPL", 6, None)),
        *(("MSFT", 1, 0), ("MSFT", 2, 3)),
    ]
