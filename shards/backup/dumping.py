"""One database into a folder, as it is at one moment, while everything runs."""

import gzip
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import MySQLdb
from django.db import connections
from MySQLdb.cursors import SSCursor

from config.databases import SQL_MODE
from shards.backup.manifest import SCHEMA, BackupRefused, Manifest, Table, Told, digest, write

STATEMENT = 500_000  # bytes, about; far below any server's max_allowed_packet
TOLD_AFTER = 20_000  # rows
LEVEL = 3
# Loaded last: a database that was restored half-way has no migrations.
LAST = "django_migrations"
OPENING = f"""\
SET NAMES utf8mb4;
SET SESSION time_zone = '+00:00', foreign_key_checks = 0, unique_checks = 0;
SET SESSION sql_mode = '{SQL_MODE},NO_AUTO_VALUE_ON_ZERO';
"""
COLUMNS = """\
SELECT column_name, data_type IN ('binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob')
  FROM information_schema.columns
 WHERE table_schema = DATABASE() AND table_name = %s AND COALESCE(generation_expression, '') = ''
 ORDER BY ordinal_position
"""


def dump(alias: str, folder: Path, told: Told) -> Manifest:
    """`folder` must not exist. Raises BackupRefused, and what the database raises: there is no backup then."""
    if folder.exists():
        raise BackupRefused(f"{folder} is there already")
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)  # of a run that was killed
    partial.mkdir(parents=True, mode=0o700)
    with _snapshot(alias) as driver:
        snapshot_at, server, collation = _told_by_server(driver)
        names = _tables(driver)
        _dump_schema(driver, names, partial / SCHEMA)
        tables = tuple(_dump_table(driver, name, partial, told) for name in names)
    manifest = Manifest(
        alias=alias,
        database=str(connections.settings[alias]["NAME"]),
        server=server,
        collation=collation,
        snapshot_at=snapshot_at,
        schema_sha256=digest(partial / SCHEMA),
        tables=tables,
    )
    write(partial, manifest)
    partial.rename(folder)
    return manifest


@contextmanager
def _snapshot(alias: str) -> Iterator[Any]:
    """A connection that sees one moment, and gives each value as the server's text."""
    parameters = connections[alias].get_connection_params()
    driver = MySQLdb.connect(**parameters | {"conv": {}, "use_unicode": False, "collation": ""})
    try:
        for statement in (
            "SET NAMES utf8mb4",
            "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
            "START TRANSACTION WITH CONSISTENT SNAPSHOT",
        ):
            driver.query(statement)
        yield driver
    finally:
        driver.close()


def _rows(driver: Any, statement: str, *values: str) -> list[tuple[str, ...]]:
    with driver.cursor() as cursor:
        cursor.execute(statement, values)
        return [tuple(_text(cell).decode() for cell in row) for row in cursor.fetchall()]


def _told_by_server(driver: Any) -> tuple[datetime, str, str]:
    ((now, server, collation),) = _rows(driver, "SELECT UTC_TIMESTAMP(6), VERSION(), @@collation_database")
    return datetime.fromisoformat(now).replace(tzinfo=UTC), server, collation


def _tables(driver: Any) -> list[str]:
    names = [name for name, kind in _rows(driver, "SHOW FULL TABLES") if kind == "BASE TABLE"]
    return sorted(names, key=lambda name: (name == LAST, name))


def _dump_schema(driver: Any, names: list[str], path: Path) -> None:
    with gzip.open(path, "wb", compresslevel=LEVEL) as file:
        file.write(OPENING.encode())
        for name in names:
            ((_, create),) = _rows(driver, f"SHOW CREATE TABLE `{name}`")
            file.write(" ".join(create.splitlines()).encode() + b";\n")


def _dump_table(driver: Any, name: str, folder: Path, told: Told) -> Table:
    columns = _rows(driver, COLUMNS, name)
    is_binary = [flag == "1" for _, flag in columns]
    listed = ", ".join(f"`{column}`" for column, _ in columns)
    head = f"INSERT INTO `{name}` ({listed}) VALUES ".encode()  # noqa: S608  # the server's own names
    path = folder / f"{name}.sql.gz"
    count = 0
    with gzip.open(path, "wb", compresslevel=LEVEL) as file, SSCursor(driver) as cursor:
        file.write(OPENING.encode())
        cursor.execute(f"SELECT {listed} FROM `{name}`")  # noqa: S608
        values: list[bytes] = []
        size = 0
        for row in cursor:
            values.append(_literals(driver, row, is_binary))
            size += len(values[-1])
            count += 1
            if size > STATEMENT:
                file.write(head + b",".join(values) + b";\n")
                values, size = [], 0
            if count % TOLD_AFTER == 0:
                told(f"{name}: {count:,} rows")
        if values:
            file.write(head + b",".join(values) + b";\n")
    told(f"{name}: {count:,} rows")
    return Table(name, count, digest(path))


def _literals(driver: Any, row: tuple[Any, ...], is_binary: list[bool]) -> bytes:
    """One line of text: what escape_string makes of a value has no line break."""
    literals = []
    for value, binary in zip(row, is_binary, strict=True):
        if value is None:
            literals.append(b"NULL")
        elif binary and value:
            literals.append(b"0x" + value.hex().encode())
        else:
            literals.append(b"'" + driver.escape_string(_text(value)) + b"'")
    return b"(" + b",".join(literals) + b")"


def _text(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
