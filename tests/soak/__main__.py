"""`make soak`: long, seeded runs that kill, stop and flood the platform, and then count what is left.

    python -m tests.soak                       every run
    python -m tests.soak outbox --seed 7       one of them, as it was when it printed this seed

A run is a module or package here with `run(seed: int, console: Console) -> bool`, named in RUNS; it starts servers of
its own, prints its counts, and returns whether all is as it must be. The exit status is 1 when one is not.
"""

import argparse
import random
import sys
from importlib import import_module

from rich.console import Console

RUNS: dict[str, str] = {  # name -> what it does, for --help
    "hanging": "twenty clients of shard 1 for a minute while shard 2's server hangs",
    "fuzz": "20,000 requests made up from the schema",
    "chat": "fifty conversations while web, workers, Redis and a shard are killed ten times each",
    "saga": "moves money between two servers by sagas whose workers die, and counts it all along",
    "outbox": "kills, stops and flushes whatever carries events, 240 times, and looks for lost ones",
    "orders": "5,000 orders by 20 threads with 100 kills of workers and connections",
}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.soak",
        description=(__doc__ or "").partition("\n")[0],
        epilog="; ".join(f"{name}: {what}" for name, what in RUNS.items()),
    )
    parser.add_argument("names", nargs="*", metavar="name", help=f"one of {', '.join(RUNS)}; all without")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    options = parser.parse_args()
    unknown = sorted(set(options.names) - RUNS.keys())
    if unknown:
        parser.error(f"no such run: {', '.join(unknown)}")
    console = Console(width=120)
    passed = {}
    for name in options.names or RUNS:
        console.rule(f"{name}, seed {options.seed}")
        passed[name] = import_module(f"tests.soak.{name}").run(options.seed, console)
    for name, is_good in passed.items():
        console.print(f"{name}: {'passed' if is_good else 'FAILED'} (seed {options.seed})")
    return 0 if all(passed.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
