"""Which databases a model lives on, and which database this piece of work is for.

A model says its scope by its abstract base (`shards.bases`); the work's database is a context variable that
`on_shard`, `on_global` and `placement.on_account` set and always reset. Nothing falls back to a default: work
that needs a shard and has none fails with `ShardNotSelected`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum

from config.databases import GLOBAL, shard_alias
from shards import directory, gate
from shards.exceptions import ShardNotSelected

_alias: ContextVar[str | None] = ContextVar("database_alias", default=None)


class Scope(Enum):
    GLOBAL = "global"  # the one global database
    SHARD = "shard"  # every shard
    EVERY = "every"  # the global database and every shard

    def covers(self, alias: str) -> bool:
        return self is Scope.EVERY or (self is Scope.GLOBAL) == (alias == GLOBAL)


def alias_for(scope: Scope, what: str) -> str:
    """The alias on which `what` (a model or routine, for the message) is to be used now."""
    if scope is Scope.GLOBAL:
        return GLOBAL
    alias = _alias.get()
    if alias is None or not scope.covers(alias):
        raise ShardNotSelected(f"{what} lives on {scope.value} databases; the current one is {alias or 'none'}")
    return alias


def current_alias() -> str:
    """The alias chosen for this piece of work; raises ShardNotSelected where none is."""
    return alias_for(Scope.EVERY, "this work")


@contextmanager
def on_shard(shard_id: int) -> Iterator[None]:
    """Work on one shard. Raises ShardUnavailable when it is unknown, disabled, hanging, or lost on the way."""
    if _alias.get() == shard_alias(shard_id):
        yield
        return
    alias = directory.alias(shard_id)
    with gate.through(shard_id):
        token = _alias.set(alias)
        try:
            yield
        finally:
            _alias.reset(token)


@contextmanager
def on_global() -> Iterator[None]:
    """Work on the global database; only models and routines of `every` scope need to be told."""
    token = _alias.set(GLOBAL)
    try:
        yield
    finally:
        _alias.reset(token)


@contextmanager
def on_alias(alias: str) -> Iterator[None]:
    """For what walks over all databases and holds an alias in its hand."""
    with on_global() if alias == GLOBAL else on_shard(int(alias.removeprefix("shard_"))):
        yield


@contextmanager
def on_unserved(alias: str) -> Iterator[None]:
    """For operators' work on a database that may not serve: no status, and no gate, keeps them from it."""
    token = _alias.set(alias)
    try:
        yield
    finally:
        _alias.reset(token)
