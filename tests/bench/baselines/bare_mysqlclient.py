"""The bare driver: one connection, the same CALL, every result set read."""

from typing import Any

import MySQLdb


def connect(settings: dict[str, Any]) -> MySQLdb.Connection:
    return MySQLdb.connect(
        host=settings["HOST"],
        port=settings["PORT"],
        user=settings["USER"],
        password=settings["PASSWORD"],
        database=settings["NAME"],
        charset="utf8mb4",
        autocommit=True,
        binary_prefix=True,
    )


def call(connection: MySQLdb.Connection, statement: str, arguments: list[Any]) -> tuple[tuple[Any, ...], ...]:
    cursor = connection.cursor()
    cursor.execute(statement, arguments)
    rows = cursor.fetchall()
    while cursor.nextset():
        pass
    cursor.close()
    return rows
