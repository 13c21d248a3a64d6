"""The outbox' work over all databases; one that is down delays only its own events.

`relay_all` and its like are one pass, for Celery's jobs and tests. `relay_until` and `consume_until` are what the
long-running processes do: a thread for each database, which waits for word of new events, and looks when none comes.
"""

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from django.conf import settings
from django.db import close_old_connections, connections
from redis.exceptions import RedisError

from shards.outbox import wake
from shards.outbox.cleanup import cleanup
from shards.outbox.consumer import catch_up, consume
from shards.outbox.metrics import observe
from shards.outbox.reading import Watch
from shards.outbox.registry import consumers
from shards.outbox.relay import relay
from shards.outbox.transport import TransportDown
from shards.scope import on_alias
from shards.walk import attempt, databases

log = structlog.get_logger(__name__)

BROKER_LOOK_SECONDS = 0.2  # brokers are asked, they do not call
LOOK_SECONDS = 1.0  # what nobody announced is found after so long at most


def relay_all() -> dict[str, Any]:
    """database -> events sent, or why not."""
    return {alias: _tried(relay, alias) for alias in databases()}


def consume_all() -> dict[str, Any]:
    """consumer -> database -> entries handled, or why not."""
    return _for_each_consumer(consume)


def catch_up_all() -> dict[str, Any]:
    """consumer -> database -> partitions made due, or why not."""
    return _for_each_consumer(catch_up)


def cleanup_all() -> dict[str, Any]:
    """database -> rows deleted, or why not."""
    return {alias: _tried(cleanup, alias) for alias in databases()}


def observe_all() -> dict[str, Any]:
    """database -> events waiting, or why they could not be counted."""
    return {alias: _tried(_observe, alias) for alias in databases()}


def _observe(alias: str) -> int:
    with on_alias(alias):
        return observe(alias)


def relay_until(stop: threading.Event) -> None:
    def wait(alias: str) -> None:
        wake.wait(alias, LOOK_SECONDS)

    serve_databases(stop, lambda alias: (partial(_tried, relay, alias), partial(wait, alias)))


def consume_until(stop: threading.Event) -> None:
    def work(alias: str) -> None:
        for consumer in sorted(consumers()):
            _tried(partial(consume, consumer), alias)

    def begin(alias: str) -> tuple[Callable[[], object], Callable[[], None]]:
        if settings.OUTBOX_BROKER_URL:
            return partial(work, alias), partial(time.sleep, BROKER_LOOK_SECONDS)
        watch = Watch(alias)

        def look_and_work() -> None:
            watch.look()
            work(alias)

        return look_and_work, partial(watch.wait, LOOK_SECONDS)

    serve_databases(stop, begin)


def serve_databases(
    stop: threading.Event, begin: Callable[[str], tuple[Callable[[], object], Callable[[], None]]]
) -> None:
    """`begin(alias)` gives what a database's thread does again and again: work, then wait for more of it."""

    def serve(alias: str) -> None:
        work, wait = begin(alias)
        while not stop.is_set() and alias in databases():
            close_old_connections()  # as Celery does between tasks: one that a server dropped is made anew
            try:
                work()
                wait()
            except RedisError as error:
                log.warning("outbox_redis_unreachable", database=alias, error=str(error))
                stop.wait(LOOK_SECONDS)
            except Exception:
                log.exception("outbox_thread_failed", database=alias)
                stop.wait(LOOK_SECONDS)
        connections.close_all()

    threads: dict[str, threading.Thread] = {}
    while not stop.is_set():
        for alias in databases():
            if alias not in threads or not threads[alias].is_alive():
                threads[alias] = threading.Thread(target=serve, args=(alias,), name=alias)
                threads[alias].start()
        stop.wait(LOOK_SECONDS)
    for thread in threads.values():
        thread.join()


def _for_each_consumer(work: Callable[[str, str], int]) -> dict[str, Any]:
    return {
        consumer: {alias: _tried(partial(work, consumer), alias) for alias in databases()}
        for consumer in sorted(consumers())
    }


def _tried(work: Callable[[str], int], alias: str) -> int | str:
    return attempt(partial(work, alias), alias, "outbox", RedisError, TransportDown)
