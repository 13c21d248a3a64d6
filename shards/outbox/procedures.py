"""The outbox' routines, each with its types (`sql/every/shards`). They run on the database of `scope.current_alias`."""

from datetime import datetime
from operator import attrgetter
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


PLACE = attrgetter("domain", "partition_key", "sequence_no")


class Logged(NamedTuple):
    sequence_no: int
    state: str  # published, pending, failed, dead_letter; of what was not published the rest is None
    event_id: UUID | None
    event_type: str | None
    schema_version: int | None
    aggregate_id: str | None
    event_data: dict[str, Any] | None
    created_at: datetime | None


class Parked(NamedTuple):
    event_id: UUID
    domain: str
    partition_key: str
    sequence_no: int
    event_type: str
    schema_version: int
    aggregate_id: str
    event_data: dict[str, Any]
    created_at: datetime
    wish: str


class Partition(NamedTuple):
    domain: str
    partition_key: str


class Number(NamedTuple):
    number: int


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


class Figures(NamedTuple):
    domain: str
    waiting: int
    oldest_seconds: float
    attempts: int
    partitions_blocked: int
    dead_letters: int
    events_parked: int
    consumers_waiting: int


class Lag(NamedTuple):
    consumer: str
    domain: str
    partitions: int
    events: int
    partitions_waiting: int
    partitions_blocked: int


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
    """In order."""
    rows = call("fp_universal_outbox_claim", Claimed, partitions=partitions, events=events, lease_seconds=lease_seconds)
    return sorted(rows, key=PLACE)


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
    """In order."""
    rows = call(
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
    return sorted(rows, key=PLACE)


def outbox_streams_get() -> list[Stream]:
    return call("fp_outbox_streams_get", Stream)


def outbox_stream_lost(*, stream: str, is_lost: bool, last_id: str) -> None:
    call("fp_outbox_stream_lost", stream=stream, is_lost=is_lost, last_id=last_id)


def universal_outbox_mark_failed(
    *, domain: str, partition_key: str, fence: int, is_blocking: bool, error_message: str
) -> Failed:
    return call_one(
        "fp_universal_outbox_mark_failed",
        Failed,
        domain=domain,
        partition_key=partition_key,
        fence=fence,
        is_blocking=is_blocking,
        error_message=error_message,
    )


def universal_outbox_replay(*, event_id: UUID) -> int | None:
    """The number under which the event will be sent, or None when it is no dead letter."""
    rows = call("fp_universal_outbox_replay", Published, event_id=event_id)
    return rows[0].sequence_no if rows else None


def universal_outbox_skip(*, event_id: UUID) -> bool:
    return bool(call_one("fp_universal_outbox_skip", Number, event_id=event_id).number)


def universal_outbox_cleanup(*, keep_seconds: int, limit: int) -> int:
    return call_one("fp_universal_outbox_cleanup", Number, keep_seconds=keep_seconds, limit=limit).number


def outbox_inbox_cleanup(*, keep_seconds: int, limit: int) -> int:
    return call_one("fp_outbox_inbox_cleanup", Number, keep_seconds=keep_seconds, limit=limit).number


def outbox_reader_claim(*, consumer: str, stream: str, lease_seconds: int) -> int | None:
    """The lease's fence, or None when another process reads the stream."""
    rows = call("fp_outbox_reader_claim", consumer=consumer, stream=stream, lease_seconds=lease_seconds)
    return rows[0][0] if rows else None


def outbox_reader_release(*, consumer: str, stream: str, fence: int) -> None:
    call("fp_outbox_reader_release", consumer=consumer, stream=stream, fence=fence)


def outbox_consumer_advance(
    *, consumer: str, stream: str, fence: int, lease_seconds: int, places: list[dict[str, Any]]
) -> None:
    call(
        "fp_outbox_consumer_advance",
        consumer=consumer,
        stream=stream,
        fence=fence,
        lease_seconds=lease_seconds,
        places=places,
    )


def outbox_consumer_due(*, consumer: str, limit: int) -> list[Partition]:
    return call("fp_outbox_consumer_due", Partition, consumer=consumer, limit=limit)


def outbox_consumer_catch_up(*, consumer: str, domain: str, older_than_seconds: int, limit: int) -> int:
    return call_one(
        "fp_outbox_consumer_catch_up",
        Number,
        consumer=consumer,
        domain=domain,
        older_than_seconds=older_than_seconds,
        limit=limit,
    ).number


def outbox_events_between(
    *, domain: str, partition_key: str, after_sequence_no: int, upto_sequence_no: int, limit: int
) -> list[Logged]:
    """In order."""
    rows = call(
        "fp_outbox_events_between",
        Logged,
        domain=domain,
        partition_key=partition_key,
        after_sequence_no=after_sequence_no,
        upto_sequence_no=upto_sequence_no,
        limit=limit,
    )
    return sorted(rows, key=attrgetter("sequence_no"))


def outbox_event_park(
    *,
    consumer: str,
    event_id: UUID,
    domain: str,
    partition_key: str,
    sequence_no: int,
    event_type: str,
    schema_version: int,
    aggregate_id: str,
    event_data: dict[str, Any],
    created_at: datetime,
    tries: int,
    reason: str,
) -> None:
    call(
        "fp_outbox_event_park",
        consumer=consumer,
        event_id=event_id,
        domain=domain,
        partition_key=partition_key,
        sequence_no=sequence_no,
        event_type=event_type,
        schema_version=schema_version,
        aggregate_id=aggregate_id,
        event_data=event_data,
        created_at=created_at,
        tries=tries,
        reason=reason,
    )


def outbox_parked_due(*, consumer: str, limit: int) -> list[Parked]:
    return call("fp_outbox_parked_due", Parked, consumer=consumer, limit=limit)


def outbox_parked_wish(*, consumer: str, event_id: UUID, wish: str) -> bool:
    """Whether the event is parked."""
    return bool(call_one("fp_outbox_parked_wish", Number, consumer=consumer, event_id=event_id, wish=wish).number)


def outbox_parked_settle(*, consumer: str, event_id: UUID, is_handled: bool) -> None:
    call("fp_outbox_parked_settle", consumer=consumer, event_id=event_id, is_handled=is_handled)


def outbox_inbox_insert(*, consumer: str, event_id: UUID) -> Inbox:
    return call_one("fp_outbox_inbox_insert", Inbox, consumer=consumer, event_id=event_id)


def outbox_figures() -> list[Figures]:
    return call("fp_outbox_figures", Figures)


def outbox_consumer_lag() -> list[Lag]:
    return call("fp_outbox_consumer_lag", Lag)
