"""How each database server fares, asked of the server itself: for `manage.py shards`, /metrics and people at night.

Every database is asked in a thread and on a connection of its own, so that one that hangs costs what connecting may
take and delays no other.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

from django.db import Error, connections
from django.db.backends.utils import CursorWrapper
from prometheus_client import Gauge

from shards.walk import databases

T = TypeVar("T")

STATUS = {
    "Threads_connected": "connections",
    "Threads_running": "running",
    "Innodb_row_lock_current_waits": "lock_waits",
    "Innodb_row_lock_waits": "lock_waits_total",
    "Slow_queries": "slow_queries",
}
LARGEST = 10
PICOSECONDS = 10**9  # in a millisecond


class Vitals(NamedTuple):
    """Of one database and its server; times in milliseconds, sizes in bytes."""

    latency_ms: float  # of the fastest of three statements that do nothing
    connections: int
    max_connections: int
    running: int  # statements at work now
    lock_waits: int  # transactions that wait for a row lock now
    lock_waits_total: int  # since the server's start
    slow_queries: int
    bytes: int
    rows: int  # the engine's estimate
    largest: dict[str, int]  # table -> bytes, of the LARGEST tables


class Slow(NamedTuple):
    statement: str
    calls: int
    mean_ms: float
    total_ms: float
    rows_examined: int


class IndexUse(NamedTuple):
    table: str
    name: str
    reads: int  # rows read through it since the server's start
    writes: int  # rows that were inserted, changed or deleted with it


class TableSize(NamedTuple):
    table: str
    rows: int  # the engine's estimate
    data_bytes: int
    index_bytes: int


GAUGES = {
    name: Gauge(f"database_{name}", what, ["database"], multiprocess_mode="mostrecent")
    for name, what in {
        "up": "1: it answers; 0: it does not",
        "latency_ms": "Round trip of a statement that does nothing",
        "connections": "Open connections to the server",
        "max_connections": "How many it allows",
        "lock_waits": "Transactions that wait for a row lock",
        "lock_waits_total": "Waits for row locks since the server's start",
        "slow_queries": "Statements over long_query_time since the server's start",
        "bytes": "Data and indexes",
    }.items()
}


def ask_all(question: Callable[[CursorWrapper], T]) -> dict[str, T | Error]:
    """alias -> the answer, or why there is none."""
    names = databases()
    with ThreadPoolExecutor(len(names)) as pool:
        return dict(zip(names, pool.map(lambda name: ask(name, question), names), strict=True))


def ask(alias: str, question: Callable[[CursorWrapper], T]) -> T | Error:
    """To be called in a thread that ends: its connection is closed, and none is left behind."""
    connection = connections[alias]
    try:
        with connection.cursor() as cursor:
            return question(cursor)
    except Error as error:
        return error
    finally:
        connection.close()


def vitals(cursor: CursorWrapper) -> Vitals:
    latency = min(_round_trip(cursor) for _ in range(3))
    cursor.execute("SHOW GLOBAL STATUS WHERE Variable_name IN %s", [tuple(STATUS)])
    status = {STATUS[name]: int(value) for name, value in cursor.fetchall()}
    cursor.execute("SELECT @@max_connections")
    (most,) = cursor.fetchone()
    sizes = tables(cursor)
    return Vitals(
        latency_ms=latency,
        max_connections=most,
        bytes=sum(table.data_bytes + table.index_bytes for table in sizes),
        rows=sum(table.rows for table in sizes),
        largest={table.table: table.data_bytes + table.index_bytes for table in sizes[:LARGEST]},
        **status,
    )


def tables(cursor: CursorWrapper) -> list[TableSize]:
    """The largest first."""
    cursor.execute("SET @now = 1 /*!80000 , SESSION information_schema_stats_expiry = 0 */")  # MySQL's are a day old
    cursor.execute(
        "SELECT table_name, table_rows, data_length, index_length FROM information_schema.tables"
        " WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY data_length + index_length DESC, 1"
    )
    return [TableSize(name, *(int(figure or 0) for figure in figures)) for name, *figures in cursor.fetchall()]


def slowest(cursor: CursorWrapper, limit: int) -> list[Slow]:
    """Statements by the time they took in all, since the server's start; needs SELECT on performance_schema."""
    cursor.execute(
        "SELECT digest_text, count_star, avg_timer_wait, sum_timer_wait, sum_rows_examined"
        " FROM performance_schema.events_statements_summary_by_digest"
        " WHERE schema_name = DATABASE() AND digest_text IS NOT NULL ORDER BY sum_timer_wait DESC LIMIT %s",
        [limit],
    )
    return [
        Slow(text, int(calls), int(mean) / PICOSECONDS, int(total) / PICOSECONDS, int(examined))
        for text, calls, mean, total, examined in cursor.fetchall()
    ]


def index_use(cursor: CursorWrapper) -> list[IndexUse]:
    """Of every index of this database, the least read first; needs SELECT on performance_schema."""
    cursor.execute(
        "SELECT object_name, index_name, count_read, count_write"
        " FROM performance_schema.table_io_waits_summary_by_index_usage"
        " WHERE object_schema = DATABASE() AND index_name IS NOT NULL ORDER BY count_read, object_name, index_name"
    )
    return [IndexUse(table, name, int(reads), int(writes)) for table, name, reads, writes in cursor.fetchall()]


def observe(keep: Callable[[dict[str, Vitals | Error]], object]) -> dict[str, int]:
    """Set the gauges and hand the answers to `keep`; returns how many databases answered and how many did not."""
    found = ask_all(vitals)
    for alias, answer in found.items():
        GAUGES["up"].labels(alias).set(isinstance(answer, Vitals))
        if isinstance(answer, Vitals):
            for name, value in answer._asdict().items():
                if name in GAUGES:
                    GAUGES[name].labels(alias).set(value)
    keep(found)
    up = sum(isinstance(answer, Vitals) for answer in found.values())
    return {"up": up, "down": len(found) - up}


def _round_trip(cursor: CursorWrapper) -> float:
    begun = time.perf_counter()
    cursor.execute("SELECT 1")
    return (time.perf_counter() - begun) * 1000
