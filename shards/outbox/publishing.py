"""Publishing from Python: an event of a registered type, in the caller's transaction."""

from typing import Any
from uuid import UUID

from shards.fields import new_public_id
from shards.outbox import procedures
from shards.outbox.registry import EventType


def publish(
    event_type: EventType,
    *,
    partition_key: str | int,
    aggregate_id: str | int,
    event_data: dict[str, Any],
    event_id: UUID | None = None,
) -> int:
    """Returns the event's number in its partition, whose counter stays locked until the caller commits: publish last.

    `event_id` is given where a repeated unit must mean the same event; the second one fails with 1062 then.
    """
    return procedures.universal_outbox_publish(
        event_id=event_id or new_public_id(),
        domain=event_type.domain,
        partition_key=str(partition_key),
        event_type=event_type.name,
        schema_version=event_type.schema_version,
        aggregate_id=str(aggregate_id),
        event_data=event_data,
    ).sequence_no
