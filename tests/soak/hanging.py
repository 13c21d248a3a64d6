"""Twenty clients of shard 1 for a minute while shard 2's server hangs, after a minute in which it does not.

Clients of shard 2 go on asking all the while, so that web processes have threads to lose.
"""

import random
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from tests.e2e.platform import Platform, User, running
from tests.e2e.traffic import Traffic

CLIENTS = 20
OTHERS = 5  # of the shard that hangs
SECONDS = 60.0
SETTLING = 5.0  # a first look at everything is no measure


class Measured(NamedTuple):
    answers: int
    faults: int
    p50: float  # seconds
    p99: float
    slowest: float


def run(seed: int, console: Console) -> bool:
    with tempfile.TemporaryDirectory(prefix="soak-hanging-") as folder:
        for platform in running(Path(folder) / "platform"):
            here = [platform.user(shard=1) for _ in range(CLIENTS)]
            there = [platform.user(shard=2) for _ in range(OTHERS)]
            random.Random(seed).choice(here).watch()
            measure(here, there, SETTLING)
            usual = measure(here, there, SECONDS)
            meanwhile = measure_hanging(platform, here, there, SECONDS)
    for name, measured in (("as usual", usual), ("shard 2 stopped", meanwhile)):
        console.print(
            f"{name}: {measured.answers} answers, {measured.faults} errors, median {measured.p50 * 1000:.1f} ms,"
            f" p99 {measured.p99 * 1000:.1f} ms, slowest {measured.slowest * 1000:.0f} ms"
        )
    console.print(f"p99: {meanwhile.p99 / usual.p99:.2f} times the usual one; must be under 2")
    return usual.faults == meanwhile.faults == 0 and meanwhile.p99 < 2 * usual.p99


def measure_hanging(platform: Platform, here: list[User], there: list[User], seconds: float) -> Measured:
    server = platform.stack.databases["shard_2"]
    server.pause()
    try:
        return measure(here, there, seconds)
    finally:
        server.resume()


def measure(here: list[User], there: list[User], seconds: float) -> Measured:
    """What the users `here` were answered; those `there` only ask, too."""
    with Traffic(here) as traffic, Traffic(there):
        time.sleep(seconds)
    return Measured(
        answers=len(traffic.answers),
        faults=len(traffic.faults),
        p50=traffic.slowest(0.5),
        p99=traffic.slowest(0.99),
        slowest=traffic.slowest(1),
    )
