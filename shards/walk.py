"""Work on every shard that serves, or on every database; one that is down is skipped, and delays nobody else."""

from collections.abc import Callable
from typing import TypeVar

import structlog
from django.db import Error

from config.databases import GLOBAL, shard_alias
from shards import directory
from shards.exceptions import ShardUnavailable
from shards.scope import on_alias

log = structlog.get_logger(__name__)

T = TypeVar("T")

DOWN: tuple[type[Exception], ...] = (ShardUnavailable, Error)


def databases() -> list[str]:
    """The aliases of the global database and of every shard that serves."""
    return [GLOBAL, *map(shard_alias, directory.served_shard_ids())]


def on_each_shard(work: Callable[[], T], job: str) -> dict[int, T | str]:
    """shard id -> what `work` returned there, or as text why it was skipped."""
    return {shard_id: _there(work, shard_alias(shard_id), job) for shard_id in directory.served_shard_ids()}


def on_each_database(work: Callable[[], T], job: str) -> dict[str, T | str]:
    """alias -> what `work` returned there, or as text why it was skipped."""
    return {alias: _there(work, alias, job) for alias in databases()}


def _there(work: Callable[[], T], alias: str, job: str) -> T | str:
    def on_it() -> T:
        with on_alias(alias):
            return work()

    return attempt(on_it, alias, job)


def attempt(work: Callable[[], T], alias: str, job: str, *also: type[Exception]) -> T | str:
    """What `work` returned, or as text why this database was skipped: it is down, or one of `also` was raised."""
    try:
        return work()
    except DOWN + also as error:
        log.warning("database_skipped", database=alias, job=job, error=str(error))
        return str(error)
