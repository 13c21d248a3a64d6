"""How many accounts come how far in each tutorial, over all shards, and how long after their sign-up."""

from collections import defaultdict
from typing import NamedTuple

from shards.walk import on_each_shard
from tutorial import procedures
from tutorial.definitions import TUTORIALS

Histogram = dict[int, int]  # bucket -> accounts; see fp_tutorial_funnel


class FunnelStep(NamedTuple):
    step_number: int
    step_id: str
    accounts: int
    median_seconds: int | None
    slowest_tenth_seconds: int | None


class Funnel(NamedTuple):
    steps: dict[str, list[FunnelStep]]  # tutorial type -> its steps in order
    missing: list[int]  # shards that did not answer


def funnel() -> Funnel:
    added: dict[tuple[str, str], Histogram] = defaultdict(lambda: defaultdict(int))
    missing = []
    for shard_id, rows in on_each_shard(procedures.tutorial_funnel, "tutorial funnel").items():
        if isinstance(rows, str):
            missing.append(shard_id)
            continue
        for row in rows:
            added[row.tutorial_type, row.step_id][row.bucket] += row.accounts
    steps = {
        tutorial_type: [
            _step(number, step.step_id, added[tutorial_type, step.step_id])
            for number, step in enumerate(tutorial.steps, 1)
        ]
        for tutorial_type, tutorial in TUTORIALS.items()
    }
    return Funnel(steps, missing)


def _step(number: int, step_id: str, histogram: Histogram) -> FunnelStep:
    return FunnelStep(number, step_id, sum(histogram.values()), percentile(histogram, 50), percentile(histogram, 90))


def percentile(histogram: Histogram, percent: int) -> int | None:
    """The seconds below which so many percent lie: linear within its bucket, which is a factor of two wide."""
    total = sum(histogram.values())
    if not total:
        return None
    rank = total * percent / 100
    below = 0
    for bucket in sorted(histogram):
        inside = histogram[bucket]
        if below + inside >= rank:
            lowest = 2**bucket - 1
            return int(lowest + 2**bucket * (rank - below) / inside)
        below += inside
    raise AssertionError("unreachable")
