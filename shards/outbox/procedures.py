"""The outbox' routines, each with its types (`sql/every/shards`). They run on the database of `scope.current_alias`."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from shards.procedures import call, call_one


class Claimed(NamedTuple):
    event_id: UUID
    domain: str
    partition_key: str
    sequence_no: int
    event_type: str
    schema_version: int
    aggregate_id: str
    event_data: str  # JSON text, passed on as it is
    created_at: datetime
    fence: int
    stream_id: str


class Published(NamedTuple):
    sequence_no: int


class Moved(NamedTuple):
    moved: int


class Failed(NamedTuple):
    status: str


def universal_outbox_publish(
    *,
    event_id: UUID,
    domain: str,
    partition_key: str,
    event_type: str,
    aggregate_id: str,
    event_data: dict[str, Any],
) -> Published:
    return call_one(
        "fp_universal_outbox_publish",
        Published,
        event_id=event_id,
        domain=domain,
        partition_key=partition_key,
        event_type=event_type,
        aggregate_id=aggregate_id,
        event_data=event_data,
    )


def universal_outbox_publish_batch(*, events: list[dict[str, Any]]) -> None:
    call("fp_universal_outbox_publish_batch", events=events)


def universal_outbox_claim(*, partitions: int, events: int, lease_seconds: int) -> list[Claimed]:
    return call("fp_universal_outbox_claim", Claimed, partitions=partitions, events=events, lease_seconds=lease_seconds)


def universal_outbox_mark_published(*, sent: list[dict[str, Any]]) -> Moved:
    return call_one("fp_universal_outbox_mark_published", Moved, sent=sent)


def universal_outbox_mark_failed(*, domain: str, partition_key: str, fence: int, error_message: str) -> Failed:
    return call_one(
        "fp_universal_outbox_mark_failed",
        Failed,
        domain=domain,
        partition_key=partition_key,
        fence=fence,
        error_message=error_message,
    )


def outbox_consumer_advance(*, consumer: str, progress: list[dict[str, Any]]) -> None:
    call("fp_outbox_consumer_advance", consumer=consumer, progress=progress)
