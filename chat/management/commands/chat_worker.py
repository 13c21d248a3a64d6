"""`manage.py chat_worker`: stores accepted messages and generates replies, until it is told to stop."""

import asyncio
import signal
import threading
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections
from redis.exceptions import RedisError

from chat.live.writer import write
from chat.replies.worker import Worker
from shards import directory
from shards.exceptions import ShardUnavailable

log = structlog.get_logger(__name__)

BLOCK_MS = 500
PAUSE = 0.5  # seconds after a failure


class Command(BaseCommand):
    help = "Stores accepted chat messages in MySQL and generates replies."

    def handle(self, *args: Any, **options: Any) -> None:
        asyncio.run(run())


async def run() -> None:
    """One thread a shard for the writers, so that a shard that is down delays nobody; one loop for all replies."""
    leaving, stop = asyncio.Event(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, leaving.set)
    writers = threading.Thread(target=_keep_writers, args=(stop,), name="chat writers")
    writers.start()
    try:
        await Worker().run(leaving)
    finally:
        stop.set()
        await asyncio.to_thread(writers.join)


def _keep_writers(stop: threading.Event) -> None:
    """A writer for every shard that serves, also for one that comes later."""
    writers: dict[int, threading.Thread] = {}
    while not stop.is_set():
        for shard_id in _served():
            if shard_id not in writers or not writers[shard_id].is_alive():
                writers[shard_id] = threading.Thread(
                    target=_write, args=(shard_id, stop), name=f"chat writer {shard_id}"
                )
                writers[shard_id].start()
        stop.wait(2)
    for writer in writers.values():
        writer.join()


def _served() -> list[int]:
    close_old_connections()
    try:
        return list(directory.served_shard_ids())
    except Error as error:
        log.warning("chat_shards_unknown", error=str(error))
        return []


def _write(shard_id: int, stop: threading.Event) -> None:
    while not stop.is_set():
        close_old_connections()
        try:
            write(shard_id, BLOCK_MS)
        except (Error, RedisError, ShardUnavailable) as error:
            log.warning("chat_writer_waits", shard_id=shard_id, error=str(error))
            stop.wait(PAUSE)
        except Exception:
            log.exception("chat_writer_failed", shard_id=shard_id)
            stop.wait(PAUSE)
