"""Figures of a million users on two shards, gathered and kept, beside the bare statements on the slower shard."""

from collections.abc import Callable
from functools import partial
from statistics import median

import MySQLdb
from django.db import connections
from rich.table import Table

from config.databases import shard_alias
from shards.statistics import FIGURES, rollup
from tests.bench import data
from tests.bench.rounds import interleaved, table, verdict

ROUNDS, USERS, SYMBOLS = 7, 500_000, 500  # on each shard, with an alarm and a signal each
SHARDS = (1, 2)


def measure() -> Table:
    for shard_id in SHARDS:
        data.due_signals(shard_id, USERS, SYMBOLS)
        data.alarms(shard_id, USERS)
    bare = {f"bare statements, shard {shard_id}": partial(_bare, shard_id) for shard_id in SHARDS}
    contestants: dict[str, Callable[[], None]] = {"every shard, kept": _gathered, **bare}
    seconds = interleaved(contestants, ROUNDS)
    slower = [max(round_) for round_ in zip(*(seconds[name] for name in bare), strict=True)]
    columns = table(f"Figures of {len(SHARDS) * USERS:,} users on {len(SHARDS)} shards", seconds, 1, "ms", 1e3)
    rate = median(ours / theirs for ours, theirs in zip(seconds["every shard, kept"], slower, strict=True))
    verdict(columns, "time against the slower shard's bare statements", rate, 1.3, at_most=True)
    return columns


def _gathered() -> None:
    rollup.refresh()
    kept = rollup.roll_up()
    wanted = len(SHARDS) * USERS
    if kept.missing or {kept.figures[name] for name in ("accounts", "alarms", "signals")} != {wanted}:
        raise AssertionError(f"the figures are {kept}")


def _bare(shard_id: int) -> None:
    driver = MySQLdb.connect(**connections[shard_alias(shard_id)].get_connection_params())
    try:
        with driver.cursor() as cursor:
            for group in FIGURES:
                cursor.execute(group.statement)
                cursor.fetchall()
    finally:
        driver.close()
