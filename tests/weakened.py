"""A routine without one of its locks, for as long as a block runs: what a race test must be seen to fail with."""

from collections.abc import Iterator
from contextlib import contextmanager

from shards.routines import by_name
from tests import scratch


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


def _replace(alias: str, kind: str, name: str, statement: str) -> None:
    scratch.execute(alias, f"DROP {kind} IF EXISTS {name}")
    scratch.execute(alias, statement)
