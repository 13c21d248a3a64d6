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


class Stream(NamedTuple):
    stream: str
    last_id: str  # padded
    is_lost: bool


class Published(NamedTuple):
    sequence_no: int


class Moved(NamedTuple):
    moved: int


class Failed(NamedTuple):
    status: str


class Inbox(NamedTuple):
    is_new: bool


def universal_outbox_publish(
    *,
    event_id: UUID,
    domain: str,
    partition_key: str,
    event_type: str,
    schema_version: int = 1,
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
        schema_version=schema_version,
        aggregate_id=aggregate_id,
        event_data=event_data,
    )


def universal_outbox_publish_batch(*, events: list[dict[str, Any]]) -> None:
    call("fp_universal_outbox_publish_batch", events=events)


def universal_outbox_claim(*, partitions: int, events: int, lease_seconds: int) -> list[Claimed]:
    return call("fp_universal_outbox_claim", Claimed, partitions=partitions, events=events, lease_seconds=lease_seconds)


def universal_outbox_mark_published(*, sent: list[dict[str, Any]], streams: list[dict[str, Any]]) -> Moved:
    return call_one("fp_universal_outbox_mark_published", Moved, sent=sent, streams=streams)


def universal_outbox_release(*, partitions: list[dict[str, Any]]) -> None:
    call("fp_universal_outbox_release", partitions=partitions)


def universal_outbox_unconsumed(
    *,
    consumer: str,
    domain: str,
    stream: int,
    streams: int,
    after_partition_key: str,
    after_sequence_no: int,
    limit: int,
) -> list[Claimed]:
    return call(
        "fp_universal_outbox_unconsumed",
        Claimed,
        consumer=consumer,
        domain=domain,
        stream=stream,
        streams=streams,
        after_partition_key=after_partition_key,
        after_sequence_no=after_sequence_no,
        limit=limit,
    )


def outbox_streams_get() -> list[Stream]:
    return call("fp_outbox_streams_get", Stream)


def outbox_stream_lost(*, stream: str, is_lost: bool, last_id: str) -> None:
    call("fp_outbox_stream_lost", stream=stream, is_lost=is_lost, last_id=last_id)


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


def outbox_inbox_insert(*, consumer: str, event_id: UUID) -> Inbox:
    return call_one("fp_outbox_inbox_insert", Inbox, consumer=consumer, event_id=event_id)
