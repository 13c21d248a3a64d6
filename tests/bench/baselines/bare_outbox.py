"""What any outbox on MySQL and Redis must do at least, by the bare drivers: insert; read, send, move, commit."""

from typing import Any

import MySQLdb
from redis import Redis

COLUMNS = "id, domain, partition_key, sequence_no, event_type, schema_version, aggregate_id, event_data, created_at"
INSERT = f"INSERT INTO universal_outbox ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, 1, %s, %s, UTC_TIMESTAMP(6))"
OF_BATCH = "WHERE domain = 'market' AND partition_key IN ({keys}) AND sequence_no BETWEEN %s AND %s"
HEAD = f"SELECT {COLUMNS} FROM universal_outbox ORDER BY domain, partition_key, sequence_no LIMIT 1 FOR UPDATE"


def publish(connection: MySQLdb.Connection, rows: list[tuple[Any, ...]]) -> None:
    """Each in a transaction of its own."""
    cursor = connection.cursor()
    for row in rows:
        connection.begin()
        cursor.execute(INSERT, row)
        connection.commit()


def relay_batches(
    connection: MySQLdb.Connection, redis: Redis, keys: list[str], each: int, batch: tuple[int, int]
) -> None:
    """Batches of so many partitions and so many events of each, as large as the relay's own."""
    partitions, events = batch
    cursor = connection.cursor()
    for first in range(1, each + 1, events):
        for place in range(0, len(keys), partitions):
            some = keys[place : place + partitions]
            where = OF_BATCH.format(keys=", ".join(["%s"] * len(some)))
            values = [*some, first, first + events - 1]
            connection.begin()
            cursor.execute(
                f"SELECT {COLUMNS} FROM universal_outbox {where} ORDER BY partition_key, sequence_no", values
            )
            pipeline = redis.pipeline(transaction=False)
            for row in cursor.fetchall():
                pipeline.xadd(f"bare:{hash(row[2]) % 4}", _fields(row))
            pipeline.execute()
            _move(cursor, where, values)
            connection.commit()


def relay_rows(connection: MySQLdb.Connection, redis: Redis, count: int) -> None:
    """One row at a time: lock, send, move, commit."""
    cursor = connection.cursor()
    for _ in range(count):
        connection.begin()
        cursor.execute(HEAD)
        (row,) = cursor.fetchall()
        redis.xadd(f"bare:{hash(row[2]) % 4}", _fields(row))
        _move(cursor, "WHERE id = %s", [row[0]])
        connection.commit()


def _move(cursor: Any, where: str, values: list[Any]) -> None:
    cursor.execute(
        f"INSERT INTO outbox_events ({COLUMNS}, published_at)"
        f" SELECT {COLUMNS}, UTC_TIMESTAMP(6) FROM universal_outbox {where}",
        values,
    )
    cursor.execute(f"DELETE FROM universal_outbox {where}", values)


def _fields(row: tuple[Any, ...]) -> dict[Any, Any]:
    names = (
        "id",
        "domain",
        "partition_key",
        "sequence_no",
        "event_type",
        "schema_version",
        "aggregate_id",
        "event_data",
    )
    return dict(zip(names, row[:8], strict=True))
