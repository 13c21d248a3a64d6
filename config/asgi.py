"""The streams' process: server-sent events from Redis, for those whom a web process has sent here (`config.sse`).

It knows neither users nor databases. A ticket in the address says which Redis Stream to follow and from where; nginx
lets nobody in but by a web process' X-Accel-Redirect, and the ticket is signed all the same. Each stream costs a
coroutine; all of them share one blocking read of Redis.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DATABASE_PROGRAM", "web")

from django.conf import settings  # the environment comes first
from django.core.signing import BadSignature
from django.utils.log import configure_logging
from prometheus_client import Gauge

from config import sse
from config.json import dumps

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

STREAMS_OPEN = Gauge("streams_open", "Server-sent event streams that are open", multiprocess_mode="livesum")
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class Application:
    """Its reader is made with the first stream, inside the loop that it will run in."""

    def __init__(self) -> None:
        self._reader: sse.Reader | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            ticket = sse.Ticket.read(scope["path"].removeprefix(sse.PATH))
        except BadSignature:
            await _refuse(send)
            return
        if self._reader is None:
            self._reader = sse.Reader()
        sending = asyncio.create_task(_send_all(send, self._reader, ticket))
        leaving = asyncio.create_task(_until_gone(receive))
        try:
            with STREAMS_OPEN.track_inprogress():
                await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, leaving):
                task.cancel()
            with suppress(asyncio.CancelledError, ConnectionError, RuntimeError):  # granian's word for "gone"
                await sending


async def _send_all(send: Send, reader: sse.Reader, ticket: sse.Ticket) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    async for part in sse.events(reader, ticket):
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Send) -> None:
    content = dumps({"code": "not_found", "detail": "There is nothing here.", "fields": {}})
    await send({"type": "http.response.start", "status": 404, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": content, "more_body": False})


configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
application = Application()
