"""Second chances: dry run first, head-first, by event, partition, time or filter."""

import re
import time
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from config.redis import streams as redis
from shards.outbox import replay
from shards.outbox.consumer import consume
from shards.outbox.models import OutboxEvent, OutboxPartition, UniversalOutbox
from shards.outbox.relay import relay
from shards.outbox.replay import Choice, Kind
from shards.outbox.streams import stream_of
from shards.scope import on_shard
from tests.shards.outbox.conftest import Handler
from tests.shards.outbox.steps import everything, publish, sent

pytestmark = pytest.mark.django_db(databases="__all__")


def outbox(*arguments: str) -> str:
    out = StringIO()
    call_command("outbox", *arguments, stdout=out)
    return re.sub(r"\s+", " ", out.getvalue())


def kill(key: str, number: int, *, blocks: bool) -> None:
    UniversalOutbox.objects.filter(partition_key=key, sequence_no=number).update(status="dead_letter")
    OutboxPartition.objects.create(domain="market", partition_key=key, blocked_by=number if blocks else None)


@pytest.fixture
def dead() -> None:
    """Shard 1: AAPL's first of three blocks; MSFT's second of three was overtaken by the third, which is sent."""
    with on_shard(1):
        publish("AAPL", 3)
        publish("MSFT", 3)
        kill("AAPL", 1, blocks=True)
        kill("MSFT", 2, blocks=False)
    assert relay("shard_1") == 2


def test_a_replay_says_first_what_it_would_do(dead: None) -> None:
    before = everything("shard_1")
    said = outbox("replay", "dead")
    assert "2 to replay. Nothing was done" in said
    assert "market/AAPL" in said
    assert "market/MSFT" in said
    assert everything("shard_1") == before


def test_what_blocks_is_sent_first_and_what_was_overtaken_last(dead: None, handler: Handler) -> None:
    """Under its own number the overtaken one would be dropped by every consumer: they have gone past it."""
    consume("notifications", "shard_1")
    assert handler.of("MSFT") == [1, 3]
    assert "2 of 2: done." in outbox("replay", "dead", "--yes", "--rate", "0")
    assert relay("shard_1") == 4
    assert (sent("AAPL"), sent("MSFT")) == ([1, 2, 3], [1, 3, 4])
    consume("notifications", "shard_1")
    assert (handler.of("AAPL"), handler.of("MSFT")) == ([1, 2, 3], [1, 3, 4])
    with on_shard(1):
        assert not UniversalOutbox.objects.exists()
        assert not OutboxPartition.objects.exclude(blocked_by=None).exists()


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (["--partition", "AAPL"], 1),
        (["--partition", "aapl"], 0),
        (["--domain", "market"], 2),
        (["--domain", "chat"], 0),
        (["--type", "signal.detected"], 2),
        (["--since", "1h"], 2),
        (["--until", "1h"], 0),
        (["--since", "2020-01-01T00:00:00", "--until", "2020-01-02T00:00:00"], 0),
        (["--database", "shard_2"], 0),
        (["--database", "shard_1", "--partition", "MSFT"], 1),
    ],
)
def test_events_are_chosen_by_partition_time_and_filter(dead: None, arguments: list[str], count: int) -> None:
    assert f"{count} to replay." in outbox("replay", "dead", *arguments)


def test_events_are_chosen_by_id(dead: None) -> None:
    with on_shard(1):
        event = UniversalOutbox.objects.get(partition_key="AAPL", sequence_no=1)
    assert "1 of 1: done." in outbox("replay", "dead", "--event", str(event.event_id), "--yes")
    assert "0 to replay" in outbox("replay", "dead", "--event", str(event.event_id))


def test_a_skipped_event_stays_and_its_partition_goes_on(dead: None) -> None:
    assert "1 of 2: done." in outbox("skip", "dead", "--yes")
    assert relay("shard_1") == 2
    assert sent("AAPL") == [2, 3]
    assert "2 to replay" in outbox("replay", "dead")


def test_what_was_published_is_sent_again_and_dropped_by_who_knows_it(handler: Handler) -> None:
    with on_shard(1):
        publish("AAPL", 3)
    relay("shard_1")
    consume("notifications", "shard_1")
    redis().delete(stream_of("shard_1", "market", "AAPL"))
    with on_shard(1):
        OutboxEvent.objects.filter(sequence_no=1).delete()
    assert "2 of 2: done." in outbox("replay", "published", "--partition", "AAPL", "--yes")
    assert sent("AAPL") == [2, 3]
    consume("notifications", "shard_1")
    assert handler.of("AAPL") == [1, 2, 3]


def test_all_published_events_are_never_meant(dead: None) -> None:
    with pytest.raises(CommandError, match="say --event, --partition or --since"):
        outbox("replay", "published", "--yes")


@pytest.mark.parametrize("wrong", [["--since", "yesterday"], ["--database", "shard_7"], ["--event", "7"]])
def test_a_wrong_argument_is_named(wrong: list[str]) -> None:
    with pytest.raises(CommandError, match=wrong[1]):
        outbox("replay", "dead", *wrong)


def test_show_tells_where_an_event_is(dead: None) -> None:
    with on_shard(1):
        (event_id,) = OutboxEvent.objects.filter(sequence_no=1).values_list("event_id", flat=True)
    said = outbox("show", str(event_id))
    assert "shard_1: published" in said
    assert "shard_1: its partition" in said
    with pytest.raises(CommandError, match="no database knows"):
        outbox("show", "01931e5c-8f4e-7bb3-a1d0-6c8a2b1f9d11")


def test_list_tells_each_database_and_domain(dead: None) -> None:
    said = outbox("list")
    assert re.search(r"shard_1 │ market │ 2 │", said)


def test_a_replay_keeps_to_its_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: clock.append(clock.pop() + seconds))
    assert list(replay.paced(range(11), 5)) == list(range(11))
    assert clock[0] == pytest.approx(2.0)


def test_a_replay_of_what_is_no_dead_letter_changes_nothing(dead: None) -> None:
    with on_shard(1):
        pending: Any = UniversalOutbox.objects.get(partition_key="AAPL", sequence_no=2)
        before = everything("shard_1")
        assert not replay.replay(Kind.DEAD, pending)
        assert not replay.skip(Kind.DEAD, pending)
        assert everything("shard_1") == before
        assert [row.sequence_no for row in replay.chosen(Choice(Kind.DEAD, partition_key="AAPL"))] == [1]
