"""Operators' second chances: dead letters, parked events and what was published, found head-first and tried again.

    dead        the relay's: used up its tries and was never sent. Gets them back; see fp_universal_outbox_replay.
    parked      a consumer's: its handler failed too often. Its consumer tries it once more.
    published   in the log: sent to the transport again, for consumers that lost it; who has handled it drops it.

Everything here runs on the database of this work.
"""

import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db.models import QuerySet

from shards.outbox import procedures, wake
from shards.outbox.models import OutboxEvent, OutboxParked, UniversalOutbox
from shards.outbox.procedures import Claimed
from shards.outbox.transport import transport
from shards.scope import current_alias
from shards.transactions import in_transaction


class Kind(StrEnum):
    DEAD = "dead"
    PARKED = "parked"
    PUBLISHED = "published"


class Choice(NamedTuple):
    """Which events; what is not given does not matter. Times are of `when`, see below."""

    kind: Kind
    event_ids: tuple[UUID, ...] = ()
    domain: str = ""
    partition_key: str = ""
    event_type: str = ""
    consumer: str = ""  # of parked events
    since: datetime | None = None
    until: datetime | None = None


WHEN = {Kind.DEAD: "created_at", Kind.PARKED: "parked_at", Kind.PUBLISHED: "published_at"}


def chosen(choice: Choice) -> QuerySet[Any]:
    """Head-first: each partition's events in their order."""
    rows: QuerySet[Any]
    match choice.kind:
        case Kind.DEAD:
            rows = UniversalOutbox.objects.filter(status=UniversalOutbox.Status.DEAD_LETTER)
        case Kind.PARKED:
            rows = OutboxParked.objects.all()
            if choice.consumer:
                rows = rows.filter(consumer=choice.consumer)
        case Kind.PUBLISHED:
            rows = OutboxEvent.objects.all()
    given = {
        "event_id__in": choice.event_ids,
        "domain": choice.domain,
        "partition_key": choice.partition_key,
        "event_type": choice.event_type,
        f"{WHEN[choice.kind]}__gte": choice.since,
        f"{WHEN[choice.kind]}__lt": choice.until,
    }
    return rows.filter(**{name: value for name, value in given.items() if value}).order_by(
        "domain", "partition_key", "sequence_no"
    )


def replay(kind: Kind, row: Any) -> bool:
    """Whether there was still something to replay."""
    match kind:
        case Kind.DEAD:
            return _replay_dead(row.event_id) is not None
        case Kind.PARKED:
            return _wish(row, OutboxParked.Wish.REPLAY)
        case Kind.PUBLISHED:
            transport().append(current_alias(), [_claimed(row)], {})
            return True


def skip(kind: Kind, row: Any) -> bool:
    """Let the partition go on without the event that blocks it, which is kept and can be replayed later."""
    return _wish(row, OutboxParked.Wish.SKIP) if kind is Kind.PARKED else _skip_dead(row.event_id)


def paced(rows: Iterable[Any], per_second: float) -> Iterator[Any]:
    """The rows, no faster than so many a second; 0 sets no limit."""
    began = time.monotonic()
    for number, row in enumerate(rows):
        if per_second and (wait := began + number / per_second - time.monotonic()) > 0:
            time.sleep(wait)
        yield row


@in_transaction
def _replay_dead(event_id: UUID) -> int | None:
    return procedures.universal_outbox_replay(event_id=event_id)


@in_transaction
def _skip_dead(event_id: UUID) -> bool:
    wake.announce(current_alias())
    return procedures.universal_outbox_skip(event_id=event_id)


@in_transaction
def _wish(row: OutboxParked, wish: str) -> bool:
    return procedures.outbox_parked_wish(consumer=row.consumer, event_id=row.event_id, wish=wish)


def _claimed(row: OutboxEvent) -> Claimed:
    """As a relay has it in its hand."""
    columns = {name: getattr(row, name) for name in Claimed._fields if name not in ("event_data", "fence")}
    return Claimed(**columns, event_data=orjson.dumps(row.event_data).decode(), fence=0)
