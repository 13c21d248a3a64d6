"""Workers are killed at every named point; what is in the databases afterwards is what an undisturbed run leaves."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from signal import SIGKILL
from typing import Any

from config.stack_databases import COLLATION
from shards.points import POINTS
from tests.e2e.platform import Platform

# Every point at its first visit, and those between two batches once more in the middle of the work.
REPEATED = ["fanout.batch:2", "fanout.committed:3", "evaluate.batch:2", "notify.batch:2", "relay.sent:2"]
# A signal's way. What else has points is killed where it is tested: sagas, orders, chat, deliveries; and Redis loses
# nothing here, so that nothing is sent again.
WAY = ("relay.", "consume.", "scan.", "kalman.", "fanout.", "evaluate.", "notify.")
DEATHS = [*sorted(point for point in POINTS if point.startswith(WAY)), *REPEATED]

ID = re.compile(r"\b[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}\b")  # of alarms, in what is published of them

REDIS_DATABASES = {"calm": 5, "killed": 6}

# Ids, times, and what counts tries: leases, fences, last ids in Redis, runs of jobs.
LEFT_OUT = """
SELECT c.table_name, CONCAT('`', c.column_name, '`')
  FROM information_schema.columns c
  JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
 WHERE c.table_schema = %s AND t.table_type = 'BASE TABLE'
   AND c.table_name NOT IN ('table_jobs', 'outbox_streams', 'outbox_readers')
   AND c.column_type <> 'binary(16)' AND c.data_type NOT IN ('datetime', 'timestamp')
   AND c.extra NOT LIKE '%%auto_increment%%'
   AND c.column_name NOT IN ('fence', 'attempts', 'stream_id', 'seconds_since_signup')
 ORDER BY c.table_name, c.ordinal_position
"""


def test_death_at_any_point_changes_no_row(platform: Platform) -> None:
    with ThreadPoolExecutor() as pool:
        calm, killed = pool.map(
            lambda arguments: run(platform, *arguments), [("calm", [""] * len(DEATHS)), ("killed", DEATHS)]
        )

    assert calm == [["prepare", 0], *(["", 0] for _ in DEATHS)]
    assert killed == [["prepare", 0], *(line for point in DEATHS for line in ([point, -SIGKILL], ["", 0]))]
    for name in platform.stack.databases:
        expected, found = (dump(platform, name, run_name) for run_name in REDIS_DATABASES)
        assert expected.keys() == found.keys()
        for table, rows in expected.items():
            assert found[table] == rows, f"{table} on {name}"
    for name in ("shard_1", "shard_2"):
        tables = dump(platform, name, "killed")
        assert len(tables["table_signal_history"]) > 100
        assert len(tables["table_inapp_notifications"]) == len(tables["table_signal_history"])


def run(platform: Platform, name: str, rounds: list[str]) -> list[Any]:
    """The driver on databases of this name; what it prints."""
    urls = {}
    for database, server in platform.stack.databases.items():
        platform.query(database, f"CREATE DATABASE {name}_{database} CHARACTER SET utf8mb4 COLLATE {COLLATION}")
        variable = "DATABASE_URL" if database == "global" else f"{database.upper()}_DATABASE_URL"
        urls[variable] = server.url.replace(f"/{server.database}", f"/{name}_{database}")
    for variable in ("REDIS_URL", "CACHE_URL"):
        urls[variable] = platform.environment[variable].replace("/0", f"/{REDIS_DATABASES[name]}")
    urls |= {"APP_ENV": "test", "DATABASE_PROGRAM": "worker", "DATABASE_APP_USER": ""}
    platform.run(["python", "manage.py", "migrate_all"], **urls)
    platform.run(["python", "manage.py", "seed"], **urls)
    return list(json.loads(platform.python(f"from tests.e2e.crash_driver import main; main({rounds})", **urls)))


def dump(platform: Platform, database: str, name: str) -> dict[str, list[tuple[Any, ...]]]:
    """Table -> its rows, in an order of their own, without the columns that may differ."""
    schema = f"{name}_{database}"
    columns: dict[str, list[str]] = {}
    for table, column in platform.query(database, LEFT_OUT, schema):
        columns.setdefault(table, []).append(column)
    return {
        table: sorted(
            tuple(ID.sub("(id)", str(cell).replace(f"{name}_", "")) for cell in row)
            for row in platform.query(database, f"SELECT {', '.join(names)} FROM {schema}.{table}")  # noqa: S608
        )
        for table, names in columns.items()
    }
