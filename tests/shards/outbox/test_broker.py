"""Kombu as the transport, on a real RabbitMQ: the same order, the same once, and a broker that dies costs only time."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from kombu import Connection, Exchange, Queue

from shards.outbox import consumer as consumer_module
from shards.outbox import service
from shards.outbox.consumer import catch_up, consume
from shards.outbox.models import OutboxEvent, OutboxPartition, UniversalOutbox
from shards.outbox.relay import relay
from shards.outbox.streams import stream_of
from shards.outbox.transport import TransportDown
from shards.scope import on_shard
from tests.rabbitmq import RabbitMQ, rabbitmq
from tests.shards.outbox.conftest import Handler
from tests.shards.outbox.steps import DUE, publish, update

pytestmark = pytest.mark.django_db(databases="__all__")

STREAM = stream_of("shard_1", "market", "AAPL")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMQ]:
    with rabbitmq(tmp_path_factory.mktemp("rabbitmq")) as made:
        yield made


@pytest.fixture
def broker(server: RabbitMQ, handler: Handler, settings: Any) -> RabbitMQ:
    settings.OUTBOX_BROKER_URL = server.url
    return server


def test_events_reach_their_consumer_and_others_and_a_dead_broker_costs_no_try(
    broker: RabbitMQ, handler: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One test, because the broker takes seconds to start."""
    with on_shard(1):
        ids = publish("AAPL", 3)
        publish("MSFT", 2)
    assert relay("shard_1") == 5
    assert consume("notifications", "shard_1") == 5
    assert (handler.of("AAPL"), handler.of("MSFT")) == ([1, 2, 3], [1, 2])
    assert consume("notifications", "shard_1") == 0, "they were acknowledged"

    with Connection(broker.url) as connection, connection.channel() as channel:
        queue = Queue("a stranger's", exchange=Exchange("outbox", type="direct", durable=True), routing_key=STREAM)
        queue.bind(channel).declare()
        with on_shard(1):
            ids += publish("AAPL", 2)
        relay("shard_1")
        messages: list[Any] = [queue.bind(channel).get(no_ack=True) for _ in range(2)]
        assert [orjson.loads(message.body)["sequence_no"] for message in messages] == [4, 5]
        assert [message.properties["message_id"] for message in messages] == [str(event_id) for event_id in ids[3:]]
        assert messages[0].headers == {
            "domain": "market",
            "partition_key": "AAPL",
            "sequence_no": 4,
            "event_type": "signal.detected",
            "schema_version": 1,
        }
        assert messages[0].properties["delivery_mode"] == 2
        queue.bind(channel).delete()

    broker.kill()
    with on_shard(1):
        publish("AAPL", 1)
        assert relay("shard_1") == 0
        assert UniversalOutbox.objects.get().retry_count == 0
        assert OutboxPartition.objects.get(partition_key="AAPL").lease_until is None
    with pytest.raises(TransportDown):
        consume("notifications", "shard_1")
    assert set(service.consume_all()["notifications"]) == {"default", "shard_1", "shard_2"}, "an outage ends no pass"

    broker.start()
    update(DUE)
    assert relay("shard_1") == 1
    assert consume("notifications", "shard_1") >= 3, "what it had taken before it died is still there"
    assert handler.of("AAPL") == [1, 2, 3, 4, 5, 6]

    with on_shard(1):
        publish("AAPL", 2)
    relay("shard_1")
    with Connection(broker.url) as connection:
        Queue(f"notifications:{STREAM}", channel=connection.channel()).delete()  # the broker lost it, and two events
    monkeypatch.setattr(consumer_module, "OLD_SECONDS", 0)
    catch_up("notifications", "shard_1")
    consume("notifications", "shard_1")
    assert handler.of("AAPL") == [1, 2, 3, 4, 5, 6, 7, 8]
    with on_shard(1):
        assert OutboxEvent.objects.filter(partition_key="AAPL").count() == 8
