"""How far a consumer has come in the partitions of one stream, and what happens to the event that comes next.

A partition that waits (its next event failed, or an operator has to look at it) reads nothing from the stream: what
arrives is acknowledged and only remembered by its highest number, because the log has it. When its time comes it is
read from the log. So Redis keeps no waiting events, and a long wait costs nothing.
"""

import random
import time
from dataclasses import asdict, dataclass, field
from typing import Any

import structlog
from django.db import DatabaseError
from prometheus_client import Counter
from redis.exceptions import RedisError

from config.databases import RETRIABLE, errno_of, is_lost
from config.refusals import Refusal
from shards.outbox import procedures
from shards.outbox.models import OutboxConsumer, OutboxParked
from shards.outbox.registry import IS_BLOCKED_BY_DEAD_LETTER, Domain, Event, Handler, consumers
from shards.points import reach
from shards.scope import current_alias
from shards.transactions import in_transaction

log = structlog.get_logger(__name__)

TRIES = 8  # about two minutes; then the event is parked
BACKOFF_SECONDS, LONGEST_SECONDS = 1.0, 60.0  # doubling, half of it random
LEASE_SECONDS = 15
RENEW_AFTER = 3.0
PAGE = 200
AS_IT_STOOD = -1

HANDLED = Counter("outbox_handled", "Events handled", ["consumer", "event_type"])
HANDLER_FAILURES = Counter("outbox_handler_failures", "Handlers that failed", ["consumer", "event_type"])
PARKED = Counter("outbox_parkings", "Events set aside after their last try", ["consumer", "event_type"])
GAPS = Counter(
    "outbox_gaps",
    "Numbers that the stream skipped: filled from the log, gone from everywhere, or waited for",
    ["consumer", "outcome"],
)

Key = tuple[str, str]  # domain, partition key


@dataclass
class Place:
    """One partition. `sequence_no` is the last number handled; whatever waits is the one after it."""

    sequence_no: int = 0
    seen_no: int = 0
    tries: int = 0
    retry_after: int | None = None  # microseconds, or AS_IT_STOOD; not None: waits for another try
    blocked_by: int | None = None
    error_message: str = ""

    @property
    def waits(self) -> bool:
        return self.retry_after is not None or self.blocked_by is not None

    def come_to(self, sequence_no: int) -> None:
        self.sequence_no = max(self.sequence_no, sequence_no)
        self.tries, self.retry_after, self.blocked_by, self.error_message = 0, None, None, ""


@dataclass
class Progress:
    """The places of one stream, under a lease on it. The database of this work is the stream's own."""

    consumer: str
    stream: str
    fence: int
    places: dict[Key, Place] = field(default_factory=dict)
    changed: set[Key] = field(default_factory=set)
    to_park: list[tuple[Event, int, str]] = field(default_factory=list)
    settled: list[tuple[Event, bool]] = field(default_factory=list)  # whether it was handled
    saved_at: float = field(default_factory=time.monotonic)

    @property
    def handlers(self) -> dict[str, Handler]:
        return consumers()[self.consumer]

    def load(self, keys: set[Key]) -> None:
        unknown = keys - self.places.keys()
        rows = OutboxConsumer.objects.filter(
            consumer=self.consumer,
            domain__in={domain for domain, _ in unknown},
            partition_key__in={partition_key for _, partition_key in unknown},
        )
        for row in rows if unknown else ():
            self.places[row.domain, row.partition_key] = Place(
                row.sequence_no,
                row.seen_no,
                row.tries,
                None if row.next_attempt_at is None else AS_IT_STOOD,
                row.blocked_by,
                row.error_message,
            )
        for key in unknown - self.places.keys():
            self.places[key] = Place()

    def take(self, events: list[Event]) -> None:
        """One batch of the stream: handles what has its turn, remembers what has to wait. All may be acknowledged."""
        self.load({(event.domain, event.partition_key) for event in events})
        for event in sorted(events, key=lambda event: event.sequence_no):
            place = self.places[event.domain, event.partition_key]
            if event.sequence_no <= place.sequence_no:
                continue
            if event.sequence_no > place.sequence_no + 1 and not place.waits:
                self._fill((event.domain, event.partition_key), event.sequence_no - 1)
            if place.waits:
                self._see(event)
            elif event.sequence_no > place.sequence_no:
                self._run(event)
        self.save()

    def retry(self, key: Key) -> None:
        """The partition's time has come: go on from the log, as far as the stream was seen."""
        self.load({key})
        place = self.places[key]
        if place.retry_after is None or place.blocked_by is not None:
            return
        place.retry_after = None
        self.changed.add(key)
        self._fill(key, place.seen_no)
        self.save()

    def fulfil(self, event: Event, wish: str) -> None:
        """What an operator wants done with a parked event: one more try, or going on without it."""
        key = (event.domain, event.partition_key)
        self.load({key})
        place = self.places[key]
        if wish == OutboxParked.Wish.REPLAY:
            error = handle(self.consumer, self.handlers.get(event.event_type), event)
            if error is not None:
                if not is_outage(error):
                    self.to_park.append((event, 1, _reason(error)))
                self.save()
                return
        if place.blocked_by == event.sequence_no:
            place.come_to(event.sequence_no)
            self.changed.add(key)
        self.settled.append((event, wish == OutboxParked.Wish.REPLAY))
        self.save()

    def _fill(self, key: Key, upto: int) -> None:
        """Handle from the log what the stream did not bring; pass over what stands nowhere, wait for what waits."""
        domain, partition_key = key
        place = self.places[key]
        while place.sequence_no < upto:
            rows = procedures.outbox_events_between(
                domain=domain,
                partition_key=partition_key,
                after_sequence_no=place.sequence_no,
                upto_sequence_no=upto,
                limit=PAGE,
            )
            for row in rows:
                if row.state in ("pending", "failed"):
                    return self._wait(key, "its turn in the outbox has not come", upto)
                if row.state == "published":
                    GAPS.labels(self.consumer, "filled").inc()
                    self._run(_event(key, row))
                    if place.waits:
                        return self._remember(key, upto)
                else:
                    self._pass(key, row.sequence_no)
            if len(rows) < PAGE:
                self._pass(key, upto)
        return None

    def _pass(self, key: Key, upto: int) -> None:
        """A dead letter that later events overtook, a number that was given anew, or one that was cleaned up."""
        place = self.places[key]
        if upto > place.sequence_no:
            GAPS.labels(self.consumer, "gone").inc(upto - place.sequence_no)
            place.sequence_no = upto
            self.changed.add(key)

    def _wait(self, key: Key, reason: str, upto: int) -> None:
        GAPS.labels(self.consumer, "awaited").inc()
        place = self.places[key]
        place.retry_after, place.error_message = int(BACKOFF_SECONDS * 1e6), reason
        self._remember(key, upto)

    def _see(self, event: Event) -> None:
        self._remember((event.domain, event.partition_key), event.sequence_no)

    def _remember(self, key: Key, upto: int) -> None:
        self.places[key].seen_no = max(self.places[key].seen_no, upto)
        self.changed.add(key)

    def _run(self, event: Event) -> None:
        place = self.places[event.domain, event.partition_key]
        self.changed.add((event.domain, event.partition_key))
        error = handle(self.consumer, self.handlers.get(event.event_type), event)
        if error is None:
            place.come_to(event.sequence_no)
        elif is_outage(error):
            place.retry_after, place.error_message = _backoff(place.tries), _reason(error)
            self._see(event)
        else:
            self._failed(event, place, _reason(error))
        if time.monotonic() - self.saved_at > RENEW_AFTER:
            self.save()

    def _failed(self, event: Event, place: Place, reason: str) -> None:
        place.tries += 1
        if place.tries < TRIES:
            place.retry_after, place.error_message = _backoff(place.tries), reason
            self._see(event)
            return
        PARKED.labels(self.consumer, event.event_type).inc()
        log.error("event_parked", consumer=self.consumer, event_id=str(event.event_id), reason=reason)
        self.to_park.append((event, place.tries, reason))
        if IS_BLOCKED_BY_DEAD_LETTER[Domain(event.domain)]:
            place.blocked_by, place.error_message = event.sequence_no, reason
            self._see(event)
        else:
            place.come_to(event.sequence_no)

    def save(self) -> None:
        """Raises FenceLost when another process reads the stream: it will handle again what was not saved."""
        if not (self.changed or self.to_park or self.settled):
            return
        reach("consume.handled")
        self._save()
        for kept in (self.changed, self.to_park, self.settled):
            kept.clear()
        self.saved_at = time.monotonic()
        reach("consume.advanced")

    @in_transaction
    def _save(self) -> None:
        for event, tries, reason in self.to_park:
            _park(self.consumer, event, tries, reason)
        for event, is_handled in self.settled:
            procedures.outbox_parked_settle(consumer=self.consumer, event_id=event.event_id, is_handled=is_handled)
        procedures.outbox_consumer_advance(
            consumer=self.consumer,
            stream=self.stream,
            fence=self.fence,
            lease_seconds=LEASE_SECONDS,
            places=[_plain(key, self.places[key]) for key in sorted(self.changed)],
        )


@in_transaction
def claim(consumer: str, stream: str) -> Progress | None:
    """The right to read this stream for this consumer, and its progress; None when another process has it."""
    fence = procedures.outbox_reader_claim(consumer=consumer, stream=stream, lease_seconds=LEASE_SECONDS)
    return None if fence is None else Progress(consumer, stream, fence)


@in_transaction
def release(progress: Progress) -> None:
    procedures.outbox_reader_release(consumer=progress.consumer, stream=progress.stream, fence=progress.fence)


def handle(consumer: str, handler: Handler | None, event: Event) -> Exception | None:
    """What the handler raised; an event without one is somebody else's."""
    if handler is None:
        return None
    try:
        handler(event)
    except Exception as error:  # noqa: BLE001  # one bad event must not stop the others
        HANDLER_FAILURES.labels(consumer, event.event_type).inc()
        level = log.warning if isinstance(error, Refusal) else log.exception
        level("event_not_handled", consumer=consumer, event_id=str(event.event_id), error=repr(error))
        return error
    HANDLED.labels(consumer, event.event_type).inc()
    return None


def _park(consumer: str, event: Event, tries: int, reason: str) -> None:
    envelope = event._asdict()
    del envelope["source"]
    procedures.outbox_event_park(consumer=consumer, **envelope, tries=tries, reason=reason)


def is_outage(error: Exception) -> bool:
    """Whether this says nothing about the event: it is tried again for as long as it takes."""
    if isinstance(error, Refusal):
        return error.status == 503
    if isinstance(error, DatabaseError):
        return is_lost(error) or errno_of(error) in RETRIABLE
    return isinstance(error, RedisError)


def _event(key: Key, row: procedures.Logged) -> Event:
    published: Any = row  # nothing is None
    return Event(
        current_alias(),
        published.event_id,
        *key,
        published.sequence_no,
        published.event_type,
        published.schema_version,
        published.aggregate_id,
        published.event_data,
        published.created_at,
    )


def _plain(key: Key, place: Place) -> dict[str, Any]:
    return {"domain": key[0], "partition_key": key[1], **asdict(place), "error_message": place.error_message[:500]}


def _backoff(tries: int) -> int:
    seconds = min(BACKOFF_SECONDS * 2 ** max(tries - 1, 0), LONGEST_SECONDS)
    return int(random.uniform(seconds / 2, seconds) * 1e6)  # noqa: S311  # jitter, not a secret


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:2_000]
