"""Work on every shard that serves; one that is down is skipped, and delays nobody else."""

from collections.abc import Callable
from typing import TypeVar

import structlog
from django.db import Error

from shards import directory
from shards.exceptions import ShardUnavailable
from shards.scope import on_shard

log = structlog.get_logger(__name__)

T = TypeVar("T")


def on_each_shard(work: Callable[[], T], job: str) -> dict[int, T | str]:
    """shard id -> what `work` returned there, or as text why it was skipped."""
    results: dict[int, T | str] = {}
    for shard_id in directory.served_shard_ids():
        try:
            with on_shard(shard_id):
                results[shard_id] = work()
        except (ShardUnavailable, Error) as error:
            log.warning("shard_skipped", shard_id=shard_id, job=job, error=str(error))
            results[shard_id] = str(error)
    return results
