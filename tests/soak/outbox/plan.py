"""How much of what: the faults of a run, and how fast things go while it lasts."""

from typing import NamedTuple
from uuid import UUID

POINTS = (
    "relay.claimed",
    "relay.sent",
    "relay.marked",
    "resend.marked",
    "resend.page",
    "resend.sent",
    "consume.claimed",
    "consume.handled",
    "consume.advanced",
    "consume.acknowledged",
)
LOSES = frozenset({"flush_redis", *(point for point in POINTS if point.startswith("resend."))})  # what Redis had

STOP_AT = "stop@"  # and a point: stopped exactly there, for longer than the lease

Faults = dict[str, int]


class Plan(NamedTuple):
    seed: int
    events: int  # at least so many are committed
    faults: Faults  # kind or point -> how often
    every: float  # seconds from one fault to the next, on the average
    writers: int = 3
    relays: int = 2
    consumers: int = 2
    bug: str = ""
    patience: float = 120.0  # seconds in which all has to arrive when the faults are over


FULL = Plan(
    seed=0,
    events=50_000,
    faults={
        "kill_writer": 10,
        "kill_relay": 10,
        "kill_consumer": 10,
        "stop_writer": 10,
        "stop_relay": 10,
        "stop_consumer": 10,
        "kill_connections": 10,
        "restart_redis": 10,
        "restart_shard": 10,
        "flush_redis": 20,
        **dict.fromkeys(POINTS, 10),
        **dict.fromkeys([f"{STOP_AT}{point}" for point in ("relay.claimed", "relay.sent")], 10),
    },
    every=0.3,
)

# One of nearly everything; a restarted shard alone would take half of the time.
SHORT = Plan(
    seed=0,
    events=1_000,
    faults={
        "kill_writer": 1,
        "kill_relay": 1,
        "kill_consumer": 1,
        "stop@relay.sent": 1,
        "kill_connections": 1,
        "restart_redis": 1,
        "flush_redis": 1,
        "relay.sent": 1,
        "resend.page": 1,
        "consume.handled": 1,
    },
    every=0.25,
    writers=2,
    patience=20.0,
)

# bug -> the faults that bring it to light
BUGS: dict[str, Faults] = {
    "marking before sending": {"kill_relay": 4, "relay.marked": 4},
    "no fence": {"stop@relay.sent": 3},
    "order by time": {"kill_writer": 1},
}


def is_far(event_id: UUID) -> bool:
    """Whether the event has an effect on another server, too: one in eight."""
    return event_id.bytes[-1] < 32
