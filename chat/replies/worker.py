"""Generates replies: many at once in one event loop, each job from Redis, each under a lease.

A job stays in the stream's pending list until its reply has a final event. What a killed worker held is claimed by
another when its lease has run out.
"""

import asyncio
import os
import socket
from functools import partial
from typing import Any
from uuid import UUID

import orjson
import structlog
from prometheus_client import Gauge
from redis.exceptions import RedisError, ResponseError

from chat.live import keys
from chat.replies import openai_server
from chat.replies.events import LEASE_MS, Events, LeaseLost
from chat.replies.generation import fail, generate
from chat.replies.jobs import ATTEMPT_NUMBERS, Job
from config import sse

log = structlog.get_logger(__name__)

GROUP = "generators"
AT_ONCE = 200
CLAIM_EVERY = 1.0
LEAVING_SECONDS = 20.0
RUNNING = Gauge("chat_replies_running", "Replies that are being generated", multiprocess_mode="livesum")

Entry = tuple[bytes, dict[bytes, bytes]]


class Worker:
    def __init__(self) -> None:
        self._me = f"{socket.gethostname()}-{os.getpid()}"
        self._redis = sse.client()
        self._running: dict[bytes, asyncio.Task[None]] = {}

    async def run(self, leaving: asyncio.Event) -> None:
        """Until `leaving` is set; then what runs may come to its end for LEAVING_SECONDS."""
        claimed = 0.0
        while not leaving.is_set():
            now = asyncio.get_running_loop().time()
            try:
                if now - claimed > CLAIM_EVERY:
                    claimed = now
                    self._start(await self._claim())
                self._start(await self._read())
            except RedisError as error:
                if "NOGROUP" in str(error):
                    await self._make_group()
                else:
                    log.warning("chat_generators_without_redis", error=str(error))
                    await asyncio.sleep(0.5)
        if self._running:
            await asyncio.wait(self._running.values(), timeout=LEAVING_SECONDS)
        await openai_server.close()
        await self._redis.aclose()

    async def _read(self) -> list[Entry]:
        free = AT_ONCE - len(self._running)
        if free <= 0:
            await asyncio.sleep(0.1)
            return []
        answer: Any = await self._redis.xreadgroup(
            GROUP, self._me, {keys.GENERATE: ">"}, count=free, block=sse.BLOCK_MS
        )
        return [entry for _, entries in answer or [] for entry in entries]

    async def _claim(self) -> list[Entry]:
        """Jobs that nobody has touched for as long as a lease lives."""
        answer: Any = await self._redis.xautoclaim(keys.GENERATE, GROUP, self._me, LEASE_MS, "0-0", count=AT_ONCE)
        return list(answer[1])

    async def _make_group(self) -> None:
        try:
            await self._redis.xgroup_create(keys.GENERATE, GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    def _start(self, entries: list[Entry]) -> None:
        for entry_id, fields in entries:
            if entry_id not in self._running and fields:
                task = asyncio.create_task(self._work(entry_id, Job(**orjson.loads(fields[b"job"]))))
                self._running[entry_id] = task
                task.add_done_callback(partial(self._ended, entry_id))

    def _ended(self, entry_id: bytes, task: asyncio.Task[None]) -> None:
        self._running.pop(entry_id, None)

    async def _work(self, entry_id: bytes, job: Job) -> None:
        events = Events(
            self._redis, UUID(job.reply_id), f"{self._me}-{entry_id.decode()}", job.attempt * ATTEMPT_NUMBERS
        )
        try:
            if not await events.hold():
                return  # somebody is at it; looked at again when the lease could have run out
            keeping = asyncio.create_task(events.keep())
            try:
                past = await events.past()
                events.number = max(events.number, past[-1][0] if past else 0)
                with RUNNING.track_inprogress():
                    await generate(job, events)
                await self._acknowledge(entry_id)
            finally:
                keeping.cancel()
                await events.let_go()
        except LeaseLost:
            log.warning("chat_lease_lost", reply_id=job.reply_id)
        except RedisError as error:
            log.warning("chat_reply_without_redis", reply_id=job.reply_id, error=str(error))
        except Exception:
            log.exception("chat_reply_failed", reply_id=job.reply_id)
            await self._give_up(entry_id, job, events)

    async def _give_up(self, entry_id: bytes, job: Job, events: Events) -> None:
        """What no try has foreseen would fail again: it ends as failed, with what was said until then."""
        try:
            await fail(job, events)
            await self._acknowledge(entry_id)
        except Exception:  # the next one who claims the job does it
            log.exception("chat_reply_not_given_up", reply_id=job.reply_id)

    async def _acknowledge(self, entry_id: bytes) -> None:
        await self._redis.xack(keys.GENERATE, GROUP, entry_id)
        await self._redis.xdel(keys.GENERATE, entry_id)
