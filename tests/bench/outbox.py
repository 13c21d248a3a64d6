"""Publish beside a bare insert of the same row and beside django-jaiminho; relay beside the same batches by the bare
drivers, beside one row at a time, and beside django-jaiminho. Everything durable, in order, on one connection each.
"""

import random
import statistics
from collections.abc import Callable
from time import perf_counter

from django.db import connections, transaction
from rich.table import Table

from config.redis import streams as redis
from shards.fields import new_public_id
from shards.outbox import relay as relay_module
from shards.outbox.publishing import publish
from shards.outbox.registry import event_type
from shards.outbox.relay import relay
from shards.scope import on_shard
from tests.bench.baselines import bare_mysqlclient, bare_outbox, jaiminho_outbox
from tests.bench.data import SEQUENCE, _is_mysql

ROUNDS = 5
PUBLISHED, PARTITIONS = 500, 1_000
BACKLOG, SLOWLY = 100_000, 1_000  # events; who sends one at a time is given fewer, and rates are compared
EVENT = event_type("signal.detected")
DATA = {
    "symbol": "AAPL",
    "session": "2012-06-01",
    "signal_type": "BUY",
    "signal_price": "189.980000",
    "source": "bench",
}
JSON = (
    '{"symbol": "AAPL", "session": "2012-06-01", "signal_type": "BUY", "signal_price": "189.980000", "source": "bench"}'
)
FILL = (
    "INSERT INTO universal_outbox (id, domain, partition_key, sequence_no, event_type, aggregate_id, event_data,"
    " created_at) "
    + SEQUENCE
    + "SELECT UNHEX(LPAD(HEX(i), 32, '0')), 'market', CONCAT('K', i %% %s), i DIV %s + 1, 'signal.detected', 'x', %s,"
    " UTC_TIMESTAMP(6) FROM (SELECT i - 1 AS i FROM n) AS m"
)

Contestant = tuple[int, Callable[[], object], Callable[[], object]]  # events, preparation, what is timed


def measure() -> Table:
    jaiminho_outbox.make_table()
    columns = Table("", "median events/s", "slowest", "fastest", title="Outbox", title_justify="left")
    with on_shard(1):
        _publishing(columns)
        _relaying(columns)
    return columns


def _publishing(columns: Table) -> None:
    bare = bare_mysqlclient.connect(connections["shard_1"].settings_dict)
    numbers = iter(range(1_000_000))

    def ours() -> None:
        for number in range(PUBLISHED):
            with transaction.atomic("shard_1"):
                publish(EVENT, partition_key=f"K{number % PARTITIONS}", aggregate_id="x", event_data=DATA)

    def inserts() -> None:
        rows = [
            (new_public_id().bytes, "market", f"K{number % PARTITIONS}", next(numbers) + 1, EVENT.name, "x", JSON)
            for number in range(PUBLISHED)
        ]
        bare_outbox.publish(bare, rows)

    rates = _rates(
        {
            "publish": (PUBLISHED, _empty, ours),
            "bare insert": (PUBLISHED, _empty, inserts),
            "jaiminho, publish": (PUBLISHED, _nothing, lambda: jaiminho_outbox.publish([DATA] * PUBLISHED)),
        }
    )
    jaiminho_outbox.forget()
    _show(columns, rates)
    _verdict(columns, rates, "publish", "bare insert", 0.7)
    _verdict(columns, rates, "publish", "jaiminho, publish", 2.5)
    bare.close()


def _relaying(columns: Table) -> None:
    bare = bare_mysqlclient.connect(connections["shard_1"].settings_dict)
    keys = sorted(f"K{number}" for number in range(PARTITIONS))
    batch = (relay_module.PARTITIONS, relay_module.EVENTS)

    def ours() -> None:
        if relay("shard_1") != BACKLOG:
            raise AssertionError("the relay left some")

    def batches() -> None:
        bare_outbox.relay_batches(bare, redis(), keys, BACKLOG // PARTITIONS, batch)

    def fill_slowly() -> None:
        _fill(SLOWLY)

    rates = _rates(
        {
            "relay": (BACKLOG, lambda: _fill(BACKLOG), ours),
            "bare batches": (BACKLOG, lambda: _fill(BACKLOG), batches),
            "one row at a time": (SLOWLY, fill_slowly, lambda: bare_outbox.relay_rows(bare, redis(), SLOWLY)),
            "jaiminho, relay": (SLOWLY, lambda: jaiminho_outbox.publish([DATA] * SLOWLY), jaiminho_outbox.relay),
        }
    )
    _show(columns, rates)
    _verdict(columns, rates, "relay", "bare batches", 0.5)
    _verdict(columns, rates, "relay", "one row at a time", 15)
    _verdict(columns, rates, "relay", "jaiminho, relay", 30)
    bare.close()


def _rates(contestants: dict[str, Contestant]) -> dict[str, list[float]]:
    """Events a second of each in each round; the order within a round is random, the first round warms up."""
    rates: dict[str, list[float]] = {name: [] for name in contestants}
    order = list(contestants)
    for number in range(ROUNDS + 1):
        random.shuffle(order)
        for name in order:
            events, prepare, run = contestants[name]
            prepare()
            begun = perf_counter()
            run()
            if number:
                rates[name].append(events / (perf_counter() - begun))
    return rates


def _show(columns: Table, rates: dict[str, list[float]]) -> None:
    for name, values in sorted(rates.items(), key=lambda item: -statistics.median(item[1])):
        columns.add_row(name, *(f"{value:,.0f}" for value in (statistics.median(values), min(values), max(values))))


def _verdict(columns: Table, rates: dict[str, list[float]], one: str, other: str, goal: float) -> None:
    measured = statistics.median(a / b for a, b in zip(rates[one], rates[other], strict=True))
    columns.add_row(
        f"  {one} / {other}: {measured:.2f}", f"goal at least {goal}", "met" if measured >= goal else "MISSED"
    )


def _nothing() -> None:
    pass


def _empty() -> None:
    with connections["shard_1"].cursor() as cursor:
        for name in ("universal_outbox", "outbox_events", "outbox_sequences", "outbox_partitions", "outbox_streams"):
            cursor.execute(f"TRUNCATE TABLE {name}")
    redis().flushdb()


def _fill(count: int) -> None:
    _empty()
    with connections["shard_1"].cursor() as cursor:
        depth = "cte_max_recursion_depth" if _is_mysql(1) else "max_recursive_iterations"
        cursor.execute(f"SET SESSION {depth} = 1000000")
        cursor.execute(FILL, [count, PARTITIONS, PARTITIONS, JSON])
        cursor.execute("ANALYZE TABLE universal_outbox, outbox_events")
        cursor.fetchall()
