"""What the outbox' tests do and look at."""

from typing import Any
from uuid import UUID

from django.db import connections

from config.redis import streams as redis
from shards.fields import new_public_id
from shards.outbox.models import OutboxConsumer, OutboxEvent, OutboxPartition, OutboxSequence, UniversalOutbox
from shards.outbox.procedures import universal_outbox_publish
from shards.outbox.streams import decode, stream_of

DUE = "UPDATE outbox_partitions SET next_attempt_at = NULL"
EXPIRED = "UPDATE outbox_partitions SET lease_until = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND"


def publish(key: str, count: int = 1) -> list[UUID]:
    """So many market events of one partition, on the database of this work."""
    ids = [new_public_id() for _ in range(count)]
    for event_id in ids:
        universal_outbox_publish(
            event_id=event_id,
            domain="market",
            partition_key=key,
            event_type="signal.detected",
            aggregate_id=key,
            event_data={"text": "a 'b' 😀"},
        )
    return ids


def everything(alias: str) -> list[Any]:
    """All rows of the outbox, to see that nothing changed."""
    models = (UniversalOutbox, OutboxEvent, OutboxSequence, OutboxPartition, OutboxConsumer)
    return [sorted(map(repr, model.objects.using(alias).values_list())) for model in models]


def sent(key: str) -> list[int]:
    """The sequence numbers of shard 1's partition, as they stand in its stream."""
    stream = stream_of("shard_1", "market", key)
    entries: Any = redis().xrange(stream)
    events = [decode(stream, fields) for _, fields in entries]
    return [event.sequence_no for event in events if event.partition_key == key]


def update(statement: str) -> None:
    """Change rows of shard 1, in the test's own transaction."""
    with connections["shard_1"].cursor() as cursor:
        cursor.execute(statement)
