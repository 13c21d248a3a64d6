"""What the processes of a run do, each until it is told to end or dies. They are forks of the driver."""

import os
import random
import signal
import threading
import time
from collections.abc import Callable
from importlib import reload
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from django.db import Error, close_old_connections, connections

from shards import points
from shards.exceptions import ShardUnavailable
from shards.fields import new_public_id
from shards.outbox import consumer, progress, relay, service
from shards.outbox.inbox import once
from shards.outbox.procedures import universal_outbox_mark_published
from shards.outbox.publishing import publish
from shards.outbox.registry import Event, consumers, event_type
from shards.scope import current_alias, on_global, on_shard
from shards.transactions import in_transaction
from tests.soak.outbox.bugs import plant_in_process
from tests.soak.outbox.plan import STOP_AT, is_far

EVENT = event_type("signal.detected")
KEYS = [f"K{number}" for number in range(40)]
CONSUMER = "soak"

# So short that every fault outlasts them.
relay.PARTITIONS, relay.EVENTS, relay.LEASE_SECONDS, relay.SENDING_SECONDS = 20, 20, 2, 0.5
progress.LEASE_SECONDS, progress.RENEW_AFTER, progress.BACKOFF_SECONDS = 2, 0.5, 0.1
consumer.OLD_SECONDS = 5
service.LOOK_SECONDS = 0.2


class RollBack(Exception):
    """The unit is not to be."""


class Record:
    """Lines on disk, each written before the next thing happens: what a killed process knew."""

    def __init__(self, path: Path) -> None:
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def say(self, **line: Any) -> None:
        os.write(self.file, orjson.dumps(line) + b"\n")


def begin(die_at: str, bug: str) -> threading.Event:
    """In the child: its own end, its own death."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if die_at.startswith(STOP_AT):
        for module in (relay, progress):
            vars(module)["reach"] = _stop_at(die_at.removeprefix(STOP_AT))
    else:
        os.environ["DIE_AT"] = die_at
        reload(points)
    plant_in_process(bug)
    return stop


def _stop_at(point: str) -> Callable[[str], None]:
    """Once: whoever goes on afterwards comes by there again."""
    wanted = [point]

    def reach(name: str) -> None:
        if name in wanted:
            wanted.clear()
            os.kill(os.getpid(), signal.SIGSTOP)

    return reach


# Writers ------------------------------------------------------------------------------------------------------------
def write(stop: threading.Event, record: Record, seed: float) -> None:
    rng = random.Random(seed)
    while not stop.is_set():
        unit, shard_id = new_public_id(), rng.choice((1, 2))
        keys = sorted(rng.sample(KEYS, rng.randint(1, 4)))
        events = [(key, new_public_id()) for key in keys for _ in range(rng.randint(1, 2))]
        try:
            with on_shard(shard_id):
                _unit(record, unit, shard_id, events, rng.random() < 0.1)
            record.say(unit=unit.hex, outcome="committed")
        except RollBack:
            record.say(unit=unit.hex, outcome="rolled back")
        except (Error, ShardUnavailable):  # what became of it is unknown
            close_old_connections()
            stop.wait(0.1)


@in_transaction
def _unit(record: Record, unit: UUID, shard_id: int, events: list[tuple[str, UUID]], rolls_back: bool) -> None:
    """A business row and its events, together or not at all."""
    with connections[current_alias()].cursor() as cursor:
        cursor.execute("INSERT INTO soak_units (unit) VALUES (%s)", [unit.bytes])
    told = []
    for key, event_id in events:
        number = publish(
            EVENT, partition_key=key, aggregate_id=unit.hex, event_data={"unit": unit.hex}, event_id=event_id
        )
        told.append((key, number, event_id.hex))
    record.say(unit=unit.hex, shard=shard_id, events=told)
    if rolls_back:
        raise RollBack


# Relays -------------------------------------------------------------------------------------------------------------
def send(stop: threading.Event, record: Record, seed: float) -> None:
    @in_transaction
    def mark_and_look(sent: list[dict[str, Any]], last_ids: list[dict[str, Any]]) -> int:
        moved = universal_outbox_mark_published(sent=sent, streams=last_ids).moved
        with connections[current_alias()].cursor() as cursor:
            for one in sent:
                cursor.execute(
                    "SELECT fence FROM outbox_partitions WHERE domain = %s AND partition_key = %s",
                    [one["domain"], one["partition_key"]],
                )
                ((fence,),) = cursor.fetchall()
                if fence != one["fence"]:
                    record.say(stale=one["partition_key"], fence=one["fence"], current=fence)
        return moved

    relay._mark_published = mark_and_look
    service.relay_until(stop)


# Consumers ----------------------------------------------------------------------------------------------------------
def handle(stop: threading.Event, record: Record, seed: float) -> None:
    consumers().clear()
    consumers()[CONSUMER] = {EVENT.name: apply}
    threading.Thread(target=_catch_up, args=(stop,), daemon=True).start()
    service.consume_until(stop)


def _catch_up(stop: threading.Event) -> None:
    """Celery's job."""
    while not stop.wait(2):
        close_old_connections()
        service.catch_up_all()
    connections.close_all()


def apply(event: Event) -> None:
    """An effect beside the event, and for some events one on another server."""
    _near(event)
    if is_far(event.event_id):
        with on_global():
            _far(event)


@once(CONSUMER)
def _near(event: Event) -> None:
    with connections[event.source].cursor() as cursor:
        cursor.execute(
            "INSERT INTO soak_effects (partition_key, sequence_no, event_id) VALUES (%s, %s, %s)",
            [event.partition_key, event.sequence_no, event.event_id.bytes],
        )


@once(CONSUMER)
def _far(event: Event) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("INSERT INTO soak_effects (partition_key, sequence_no, event_id) VALUES (%s, %s, %s)",
                       [event.partition_key, event.sequence_no, event.event_id.bytes])  # fmt: skip


ROLES: dict[str, Callable[[threading.Event, Record, float], None]] = {
    "writer": write,
    "relay": send,
    "consumer": handle,
}


def child(role: str, path: Path, seed: float, die_at: str, bug: str) -> None:
    stop = begin(die_at, bug)
    try:
        ROLES[role](stop, Record(path), seed)
    finally:
        connections.close_all()
        time.sleep(0)
