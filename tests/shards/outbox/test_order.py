"""Numbers follow commit order, whatever overlaps; and neither publish nor claim minds how much was published before."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections, transaction

from shards.outbox.models import OutboxEvent, UniversalOutbox
from shards.outbox.relay import claim, relay
from shards.scope import on_shard
from shards.transactions import in_transaction
from tests.explain import plan
from tests.shards.outbox.steps import publish, sent

pytestmark = pytest.mark.django_db(databases="__all__")
really = pytest.mark.django_db(transaction=True, databases="__all__")


@really
def test_four_overlapping_transactions_that_commit_in_reverse_order_lose_nothing(
    at_once: Callable[..., list[Any]],
) -> None:
    """Each publishes to two partitions, its own and one of all, as late as it can; a relay sends all the while.

    With numbers or times taken at the beginning, the relay would go past the ones that commit last.
    """
    turns = [threading.Event() for _ in range(5)]
    turns[4].set()
    done = threading.Event()

    def work(number: int) -> None:
        if number == 4:
            while not done.is_set():
                relay("shard_1")
            return
        with on_shard(1), transaction.atomic("shard_1"):
            publish(f"own{number}")
            turns[number + 1].wait(10)  # the one that began after it has committed
            publish("ALL")
        turns[number].set()
        if number == 0:
            done.set()

    assert at_once(work, *range(5)) == [None] * 5
    relay("shard_1")
    assert sent("ALL") == [1, 2, 3, 4]
    assert [sent(f"own{number}") for number in range(4)] == [[1]] * 4


@really
def test_two_keys_with_fifty_writers_stay_gapless(at_once: Callable[..., list[Any]]) -> None:
    @in_transaction
    def write(number: int) -> None:
        publish(("AAPL", "MSFT")[number % 2])
        if number % 10 == 3:
            raise RuntimeError("rolled back")

    def work(number: int) -> None:
        with on_shard(1):
            write(number)

    answers = at_once(work, *range(50))
    assert sum(isinstance(answer, RuntimeError) for answer in answers) == 5
    with on_shard(1):
        for key, count in (("AAPL", 25), ("MSFT", 20)):
            numbers = UniversalOutbox.objects.filter(partition_key=key).order_by("sequence_no")
            assert list(numbers.values_list("sequence_no", flat=True)) == list(range(1, count + 1))


HISTORY = """
INSERT INTO outbox_events (id, domain, partition_key, sequence_no, event_type, aggregate_id, event_data, created_at,
       published_at)
WITH RECURSIVE n AS (SELECT 0 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 199)
SELECT LEFT(UNHEX(SHA2(CONCAT_WS('|', a.i, b.i), 256)), 16), 'market', CONCAT('K', a.i), b.i + 1, 'signal.detected',
       'x', '{}', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)
  FROM n a JOIN n b ON b.i < 100
"""


@really
def test_a_long_history_is_read_by_neither_publish_nor_claim() -> None:
    """20,000 published events here, and rows read are counted by the server; 5 million are in `make bench`."""
    with on_shard(1), connections["shard_1"].cursor() as cursor:
        cursor.execute(HISTORY)
        cursor.execute("ANALYZE TABLE outbox_events")
        cursor.fetchall()
        assert OutboxEvent.objects.count() == 20_000
        publish("K1", 3)
        claim()
        before = rows_read(cursor)
        publish("K2", 3)
        assert len(claim()) == 3
        assert rows_read(cursor) - before < 200


def rows_read(cursor: Any) -> int:
    cursor.execute("SHOW SESSION STATUS LIKE 'Handler\\_read%'")
    return sum(int(value) for _, value in cursor.fetchall())


OF_A_PARTITION = """
SELECT id, sequence_no FROM outbox_events
 WHERE domain = 'market' AND partition_key = 'K7' AND sequence_no > 5 AND sequence_no <= 9
"""
OLD = """
SELECT id FROM outbox_events
 WHERE published_at < UTC_TIMESTAMP(6) - INTERVAL 30 DAY ORDER BY published_at LIMIT 10
"""


@pytest.mark.parametrize(
    ("statement", "index"),
    [(OF_A_PARTITION, "uq_outbox_event_sequence"), (OLD, "ix_outbox_event_published_at")],
)
@really
def test_what_reads_the_history_has_an_index(statement: str, index: str) -> None:
    with on_shard(1), connections["shard_1"].cursor() as cursor:
        cursor.execute(HISTORY)
        cursor.execute("ANALYZE TABLE outbox_events")
        cursor.fetchall()
    assert [row["key"] for row in plan("shard_1", statement)] == [index]
