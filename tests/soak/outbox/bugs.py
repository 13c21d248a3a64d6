"""Bugs that are planted on purpose, to see whether the checks find them."""

from contextlib import suppress
from operator import attrgetter

from django.db import connections

from shards.outbox import procedures, relay
from shards.outbox.relay import Batch
from shards.outbox.transport import Refused, StreamLost, TransportDown, transport
from shards.points import reach
from shards.routines import by_name
from shards.scope import current_alias

UNFENCED = {" AND p.fence = t.fence": "", "IF v_held <> JSON_LENGTH(p_sent) THEN": "IF FALSE THEN"}


def plant_in_databases(bug: str) -> None:
    if bug != "no fence":
        return
    name = "fp_universal_outbox_mark_published"
    text = by_name()[name].text
    for old, new in UNFENCED.items():
        if old not in text:
            raise LookupError(f"{name} has no {old!r}")
        text = text.replace(old, new)
    for alias in ("shard_1", "shard_2"):
        with connections[alias].cursor() as cursor:
            cursor.execute(f"DROP PROCEDURE {name}")
            cursor.execute(text)
        connections[alias].close()


def plant_in_process(bug: str) -> None:
    if bug == "marking before sending":
        relay._send = _mark_and_send
    if bug == "order by time":
        procedures.PLACE = attrgetter("domain", "partition_key", "event_id")  # a UUIDv7
    if bug == "no fence":
        relay.SENDING_SECONDS = -1_000  # such a relay does not look at its lease, either


def _mark_and_send(batches: list[Batch], expected: dict[str, str]) -> int:
    moved = relay._mark(batches, {})
    reach("relay.marked")
    with suppress(StreamLost, TransportDown, Refused):
        transport().append(current_alias(), (event for batch in batches for event in batch.events), {})
    return moved
