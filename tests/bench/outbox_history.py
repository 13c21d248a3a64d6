"""Publish and claim on a shard whose log holds five million published events, beside one whose log is empty."""

from django.db import connections, transaction
from rich.table import Table

from shards.outbox.publishing import publish
from shards.outbox.registry import event_type
from shards.outbox.relay import claim
from shards.scope import on_shard
from tests.bench.data import SEQUENCE, _is_mysql
from tests.bench.rounds import interleaved, ratio, table, verdict

ROUNDS, CALLS = 9, 200
HISTORY, PARTITIONS = 5_000_000, 1_000
EVENT = event_type("signal.detected")
FULL, EMPTY = 2, 1  # shards
FILL = (
    "INSERT INTO outbox_events (id, domain, partition_key, sequence_no, event_type, aggregate_id, event_data,"
    " created_at, published_at) "
    + SEQUENCE
    + "SELECT UNHEX(LPAD(HEX(i), 32, '0')), 'market', CONCAT('K', i %% %s), i DIV %s + 1, 'signal.detected', 'x', '{}',"
    " UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) FROM (SELECT i - 1 AS i FROM n) AS m"
)


def measure() -> Table:
    with connections[f"shard_{FULL}"].cursor() as cursor:
        depth = "cte_max_recursion_depth" if _is_mysql(FULL) else "max_recursive_iterations"
        cursor.execute(f"SET SESSION {depth} = 10000000")
        cursor.execute(FILL, [HISTORY, PARTITIONS, PARTITIONS])
        cursor.execute("ANALYZE TABLE outbox_events")
        cursor.fetchall()
    title = f"{HISTORY:,} published events, and none: {CALLS} times publish and claim"
    seconds = interleaved({"with history": lambda: _work(FULL), "without": lambda: _work(EMPTY)}, ROUNDS)
    columns = table(title, seconds, CALLS, "µs")
    verdict(columns, "with history / without", ratio(seconds, "with history", "without"), 1.1, at_most=True)
    return columns


def _work(shard_id: int) -> None:
    with on_shard(shard_id):
        for number in range(CALLS):
            with transaction.atomic(f"shard_{shard_id}"):
                publish(EVENT, partition_key=f"K{number % PARTITIONS}", aggregate_id="x", event_data={})
            claim()
        with connections[f"shard_{shard_id}"].cursor() as cursor:
            for name in ("universal_outbox", "outbox_partitions"):
                cursor.execute(f"DELETE FROM {name}")
