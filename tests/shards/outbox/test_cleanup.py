"""Old events go, in batches: never what was not sent, never what a consumer still needs, never a counter."""

import pytest

from shards.fields import new_public_id
from shards.outbox import cleanup as cleanup_module
from shards.outbox.cleanup import cleanup
from shards.outbox.models import OutboxEvent, OutboxInbox, OutboxSequence, UniversalOutbox
from shards.outbox.procedures import outbox_inbox_insert
from shards.outbox.relay import relay
from shards.scope import on_shard
from tests.shards.outbox.steps import publish, update

pytestmark = pytest.mark.django_db(databases="__all__")

AGED = "UPDATE {} SET {} = UTC_TIMESTAMP(6) - INTERVAL {} DAY"


def age(days: int) -> None:
    update(AGED.format("outbox_events", "published_at", days))
    update(AGED.format("outbox_inbox", "handled_at", days))


def published() -> list[tuple[str, int]]:
    with on_shard(1):
        return sorted(OutboxEvent.objects.values_list("partition_key", "sequence_no"))


def test_only_what_was_published_long_ago_goes_and_numbers_go_on() -> None:
    with on_shard(1):
        publish("AAPL", 3)
        relay("shard_1")
        age(31)
        publish("AAPL", 1)
        relay("shard_1")
        publish("AAPL", 2)
        assert cleanup("shard_1") == 3
        assert published() == [("AAPL", 4)]
        assert list(UniversalOutbox.objects.values_list("sequence_no", flat=True)) == [5, 6]
        assert OutboxSequence.objects.get().next_sequence == 7
        age(31)
        assert cleanup("shard_1") == 1
        publish("AAPL")
        assert UniversalOutbox.objects.order_by("sequence_no").last().sequence_no == 7, "the counter never restarts"


def test_it_goes_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    batches: list[int] = []
    monkeypatch.setattr(cleanup_module, "BATCH", 2)
    real = cleanup_module._events

    def counted(**given: int) -> int:
        batches.append(real(**given))
        return batches[-1]

    monkeypatch.setattr(cleanup_module, "_events", counted)
    with on_shard(1):
        publish("AAPL", 5)
        relay("shard_1")
        age(31)
    assert (cleanup("shard_1"), batches) == (5, [2, 2, 1])


def test_what_a_consumer_has_yet_to_handle_stays() -> None:
    with on_shard(1):
        for key in ("AAPL", "MSFT"):
            publish(key, 3)
        relay("shard_1")
        update(
            "INSERT INTO outbox_consumers (consumer, domain, partition_key, sequence_no, updated_at)"
            " VALUES ('late', 'market', 'AAPL', 1, UTC_TIMESTAMP(6))"
        )
        age(31)
    assert cleanup("shard_1") == 4
    assert published() == [("AAPL", 2), ("AAPL", 3)]


def test_inbox_rows_stay_longer_than_events() -> None:
    with on_shard(1):
        outbox_inbox_insert(consumer="probe", event_id=new_public_id())
        age(31)
        assert cleanup("shard_1") == 0
        age(91)
        assert cleanup("shard_1") == 1
        assert not OutboxInbox.objects.exists()
