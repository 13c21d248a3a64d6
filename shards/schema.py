"""The tables of a database, as information_schema tells them, beside those that the migrations would make.

What is expected is made for real: a database beside the one in question gets the tables of `shards.tables`, the same
server describes both in the same words, and it is dropped again. So an engine's own spelling of a default or a check
is never taken for a difference. Needs the right to make a database; the user who migrates has it.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.backends.utils import CursorWrapper

from config.databases import COLLATION
from config.grants import BESIDE
from shards import installed
from shards.tables import migrations_table, run_sql_on, tables_on

Described = dict[tuple[str, ...], list[tuple[Any, ...]]]  # what identifies a thing -> what is said of it


@dataclass(frozen=True)
class View:
    """One view of information_schema: `key` identifies a thing, `told` is what must be equal."""

    name: str
    kind: str  # how people call such a thing
    key: tuple[str, ...]
    told: tuple[str, ...]
    schema: str = "table_schema"  # the column with the database's name


TABLES = View(
    "tables", "table", ("table_name",), ("table_type", "engine", "row_format", "table_collation", "create_options")
)
# In the order in which differences are listed; each thing but the database itself belongs to the table in its key.
VIEWS = (
    View(
        "schemata", "database", (), ("default_character_set_name", "default_collation_name"), schema="schema_name"
    ),
    TABLES,
    View(
        "columns",
        "column",
        ("table_name", "column_name"),
        (
            "column_type", "is_nullable", "column_default", "collation_name", "extra", "generation_expression",
            "ordinal_position",
        ),
    ),
    View(
        "statistics",
        "index",
        ("table_name", "index_name"),
        ("seq_in_index", "column_name", "non_unique", "collation", "sub_part", "index_type"),
    ),
    View("table_constraints", "constraint", ("table_name", "constraint_name"), ("constraint_type",)),
    View(
        "key_column_usage",
        "key",
        ("table_name", "constraint_name"),
        ("ordinal_position", "column_name", "referenced_table_name", "referenced_column_name"),
    ),
    View(
        "referential_constraints",
        "foreign key",
        ("table_name", "constraint_name"),
        ("referenced_table_name", "unique_constraint_name", "update_rule", "delete_rule"),
        schema="constraint_schema",
    ),
    View(
        # Only MariaDB says here which table a check belongs to.
        "check_constraints JOIN information_schema.table_constraints USING (constraint_schema, constraint_name)",
        "check",
        ("table_constraints.table_name", "constraint_name"),
        ("check_clause",),
        schema="constraint_schema",
    ),
)  # fmt: skip


def differences(alias: str) -> list[str]:
    """One line for each difference of this database from the models and `sql/`; [] when there is none."""
    with _own_cursor(alias) as cursor, _expected(alias, cursor) as expected:
        there = str(connections.settings[alias]["NAME"])
        lines = list(_compared(cursor, there, expected))
    return lines + installed.differences(alias)


def _compared(cursor: CursorWrapper, there: str, expected: str) -> Iterator[str]:
    alone: set[str] = set()  # tables that only one side has: one line is enough
    for view in VIEWS:
        found, wanted = _described(cursor, view, there), _described(cursor, view, expected)
        for key in sorted(found.keys() | wanted.keys()):
            if view is not TABLES and key and key[0] in alone:
                continue
            if found.get(key) == wanted.get(key):
                continue
            if view is TABLES and not (found.get(key) and wanted.get(key)):
                alone.add(key[0])
            yield from _difference(view, key, found.get(key), wanted.get(key))


def _difference(
    view: View, key: tuple[str, ...], found: list[tuple[Any, ...]] | None, wanted: list[tuple[Any, ...]] | None
) -> Iterator[str]:
    name = f"{view.kind} {'.'.join(key)}".rstrip()
    if found is None:
        yield f"{name} is missing"
    elif wanted is None:
        yield f"{name} is in no model"
    elif len(found) == len(wanted) == 1:
        for told, is_, should in zip(view.told, found[0], wanted[0], strict=True):
            if is_ != should:
                yield f"{name}: {told} is {is_!r}, should be {should!r}"
    else:
        yield f"{name}: is {found}, should be {wanted}"


def _described(cursor: CursorWrapper, view: View, name: str) -> Described:
    columns = ", ".join(view.key + view.told)
    cursor.execute(
        f"SELECT DISTINCT {columns} FROM information_schema.{view.name} WHERE {view.schema} = %s",  # noqa: S608  # of VIEWS
        [name],
    )
    described: Described = defaultdict(list)
    for row in cursor.fetchall():
        described[row[: len(view.key)]].append(row[len(view.key) :])
    return {key: sorted(rows, key=repr) for key, rows in described.items()}


@contextmanager
def _expected(alias: str, cursor: CursorWrapper) -> Iterator[str]:
    """A database with the expected tables, for as long as the block runs; what a killed run left goes first."""
    name = f"{connections.settings[alias]['NAME']}{BESIDE}"
    quoted = connections[alias].ops.quote_name(name)
    cursor.execute(f"DROP DATABASE IF EXISTS {quoted}")
    cursor.execute(f"CREATE DATABASE {quoted} CHARACTER SET utf8mb4 COLLATE {COLLATION}")
    try:
        cursor.execute(f"USE {quoted}")
        tables = tables_on(alias)
        for table in tables:
            cursor.execute(table.create)
        cursor.execute(migrations_table())
        for app in dict.fromkeys(table.app for table in tables):
            for statement in run_sql_on(alias, app):
                cursor.execute(statement)
        yield name
    finally:
        cursor.execute(f"DROP DATABASE IF EXISTS {quoted}")


@contextmanager
def _own_cursor(alias: str) -> Iterator[CursorWrapper]:
    """DDL commits, and USE stays: neither belongs on the connection that others use."""
    connection = connections[alias].copy()
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()
