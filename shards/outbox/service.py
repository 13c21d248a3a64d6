"""Relay and consumers over all databases; one that is down delays only its own events."""

from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from django.db import Error
from redis.exceptions import RedisError

from shards.exceptions import ShardUnavailable
from shards.outbox.consumer import consume, sources
from shards.outbox.registry import consumers
from shards.outbox.relay import relay

log = structlog.get_logger(__name__)


def relay_all() -> dict[str, Any]:
    """database -> events sent, or why not."""
    return {alias: _tried(relay, alias) for alias in sources()}


def consume_all() -> dict[str, Any]:
    """consumer -> database -> events handled, or why not."""
    return {
        consumer: {alias: _tried(partial(consume, consumer), alias) for alias in sources()}
        for consumer in sorted(consumers())
    }


def _tried(work: Callable[[str], int], alias: str) -> int | str:
    try:
        return work(alias)
    except (ShardUnavailable, Error, RedisError) as error:
        log.warning("database_skipped", database=alias, error=str(error))
        return str(error)
