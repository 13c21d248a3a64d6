"""What tests take away for as long as a block runs: a routine's lock, or the success of a statement on a table."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from shards.routines import by_name
from tests import scratch

# What stands between two statements, where the next one reads, writes or calls.
STATEMENT = re.compile(
    r"(?:;|\bTHEN|\bBEGIN|\bELSE)\n(?:\s*--[^\n]*\n)*\s*\n?(?= *(?:SELECT|INSERT|UPDATE|DELETE|CALL)\b)"
)
FAILURE = "    SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 1644, MESSAGE_TEXT = 'forced';\n"


@contextmanager
def weakened(alias: str, name: str, *changes: tuple[str, str]) -> Iterator[None]:
    """Each change is a text of the routine and what stands there instead."""
    routine = by_name()[name]
    statement = routine.statement
    for old, new in changes:
        assert old in statement, f"{name} has no {old!r}"
        statement = statement.replace(old, new)
    _replace(alias, routine.kind, name, statement)
    try:
        yield
    finally:
        _replace(alias, routine.kind, name, routine.statement)


@contextmanager
def failing(alias: str, event: str, table: str) -> Iterator[None]:
    """Each INSERT, UPDATE or DELETE on the table fails with 1644."""
    scratch.execute(
        alias,
        f"CREATE TRIGGER tr_fails BEFORE {event} ON {table} FOR EACH ROW"
        " SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 1644, MESSAGE_TEXT = 'forced'",
    )
    try:
        yield
    finally:
        scratch.execute(alias, "DROP TRIGGER IF EXISTS tr_fails")


def interrupted(name: str) -> list[str]:
    """The routine's texts, each with a failure (1644) before another one of its statements that write or lock."""
    statement = by_name()[name].statement
    places = [match.end() for match in STATEMENT.finditer(statement)]
    return [f"{statement[:place]}{FAILURE}{statement[place:]}" for place in places]


@contextmanager
def replaced(alias: str, name: str, statement: str) -> Iterator[None]:
    """The routine with another text."""
    routine = by_name()[name]
    _replace(alias, routine.kind, name, statement)
    try:
        yield
    finally:
        _replace(alias, routine.kind, name, routine.statement)


def _replace(alias: str, kind: str, name: str, statement: str) -> None:
    scratch.execute(alias, f"DROP {kind} IF EXISTS {name}")
    scratch.execute(alias, statement)
