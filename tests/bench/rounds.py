"""Interleaved rounds and their medians."""

import random
import statistics
from collections.abc import Callable
from time import perf_counter

from rich.table import Table

Contestant = Callable[[], None]


def interleaved(
    contestants: dict[str, Contestant], rounds: int, before: Contestant = lambda: None
) -> dict[str, list[float]]:
    """Seconds of each contestant in each round; the order within a round is random, one round warms up. `before` is
    done before each and not counted.
    """
    order = list(contestants)
    seconds: dict[str, list[float]] = {name: [] for name in order}
    for number in range(rounds + 1):
        random.shuffle(order)
        for name in order:
            before()
            begun = perf_counter()
            contestants[name]()
            if number:
                seconds[name].append(perf_counter() - begun)
    return seconds


def ratio(seconds: dict[str, list[float]], one: str, other: str) -> float:
    """The median over the rounds of one's time against the other's time."""
    return statistics.median(a / b for a, b in zip(seconds[one], seconds[other], strict=True))


def table(title: str, seconds: dict[str, list[float]], per: int, unit: str, factor: float = 1e6) -> Table:
    """Median, fastest and slowest round of each contestant, per `per` operations."""
    columns = Table("", f"median {unit}", "fastest", "slowest", title=title, title_justify="left")
    for name, values in sorted(seconds.items(), key=lambda item: statistics.median(item[1])):
        cells = (statistics.median(values), min(values), max(values))
        columns.add_row(name, *(f"{cell / per * factor:,.1f}" for cell in cells))
    return columns


def verdict(columns: Table, text: str, measured: float, goal: float, *, at_most: bool) -> None:
    met = measured <= goal if at_most else measured >= goal
    sign = "at most" if at_most else "at least"
    columns.add_section()
    columns.add_row(f"{text}: {measured:.2f}", f"goal {sign} {goal}", "met" if met else "MISSED", "")
