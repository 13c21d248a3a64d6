"""Server-sent events, shared by whoever has something to stream.

A stream is a Redis Stream. Who has news appends to it (`fields`); an entry's id is the event's id, so a client that
comes back with `Last-Event-ID`, to any process, goes on after it. A view that has found the caller to be entitled
answers `handed_over(...)`; nginx then fetches the stream from the process of `config.asgi`, which needs no thread, no
database and no idea of users:

    POST .../messages -> web: who may? -> X-Accel-Redirect: /streams/<ticket> -> nginx -> streams -> Redis

An entry with the field `end` is the last one: the stream is closed behind it.
"""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

import structlog
from django.conf import settings
from django.core import signing
from django.http import HttpResponse
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from config.json import JSONRenderer, dumps
from config.refusals import Refusal

if TYPE_CHECKING:
    from rest_framework.views import APIView as View
else:
    View = object  # that class' module wants all apps, and the streams' process has none

log = structlog.get_logger(__name__)

PATH = "/streams/"
MEDIA_TYPE = "text/event-stream"
HEARTBEAT_SECONDS = 15.0
LONGEST_SECONDS = 3600.0  # then the client connects again, and is asked again who it is
TICKET_SECONDS = 30
BLOCK_MS = 1_000
BATCH = 500
RETRY_MS = 1_000  # after which a client whose connection broke comes back
ENDED = b"ended"  # the value of a session's key in Redis when it was logged out
FIRST = "0-0"
ENTRY_ID = re.compile(r"\d{1,20}(-\d{1,20})?", re.ASCII)

Entry = tuple[bytes, dict[bytes, bytes]]


class LastEventInvalid(Refusal):
    code = "last_event_invalid"
    status = 400
    detail = "Last-Event-ID is not an id that this stream gave."


def fields(event: str, data: dict[str, Any], *, last: bool = False) -> dict[Any, Any]:
    """What to append to a stream: XADD's fields of one event."""
    return {"event": event, "data": dumps(data)} | ({"end": "1"} if last else {})


def frame(event_id: str, event: str, data: bytes) -> bytes:
    """One event as it goes over the wire; `data` is JSON and has no line breaks."""
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (event_id.encode(), event.encode(), data)


# In a web process -----------------------------------------------------------------------------------------------------
class Ticket(NamedTuple):
    """What the streams' process needs to know."""

    stream: str
    after: str  # the last event that the client has
    session: str  # the key of the caller's session in Redis: a stream does not outlive a log-out

    def write(self) -> str:
        return signing.dumps(self, salt="config.sse", compress=False)

    @classmethod
    def read(cls, text: str) -> "Ticket":
        """Raises BadSignature."""
        return cls(*signing.loads(text, salt="config.sse", max_age=TICKET_SECONDS))


def last_event(request: Request) -> str:
    """Where the client stopped; raises LastEventInvalid."""
    text = request.headers.get("Last-Event-ID", "") or FIRST
    if not ENTRY_ID.fullmatch(text):
        raise LastEventInvalid
    return text


def handed_over(stream: str, *, after: str, session: str) -> HttpResponse:
    """The answer of a view that leaves the rest to the streams' process."""
    response = HttpResponse(content_type=f"{MEDIA_TYPE}; charset=utf-8")
    response["X-Accel-Redirect"] = PATH + Ticket(stream, after, session).write()
    return response


def finished(*frames: bytes) -> HttpResponse:
    """A stream of which every event is known already."""
    response = HttpResponse(b"".join(frames), content_type=f"{MEDIA_TYPE}; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response


class EventStreamRenderer(BaseRenderer):
    """Lets a client ask for text/event-stream; what a view refuses is JSON all the same (`Streaming`)."""

    media_type = MEDIA_TYPE
    format = "event-stream"


class Streaming(View):
    """For views that stream when they are asked to: `self.is_stream_wanted`. Stands before AccountView."""

    renderer_classes = [JSONRenderer, EventStreamRenderer]

    @property
    def is_stream_wanted(self) -> bool:
        return isinstance(getattr(self.request, "accepted_renderer", None), EventStreamRenderer)


# In the streams' process ----------------------------------------------------------------------------------------------
class Reader:
    """One blocking read for all streams that this process follows.

    It only tells that there is news; each follower reads for itself from where it is, at its client's pace, so that a
    slow client holds nothing in memory. A stream of our own ends the blocking read when somebody comes.
    """

    def __init__(self) -> None:
        self._redis = client()
        self._wake = f"streams:wake:{uuid4().hex}"
        self._seen: dict[str, str] = {}  # stream -> the last id that the reader knows
        self._news: dict[str, set[asyncio.Event]] = {}
        self._task: asyncio.Task[None] | None = None

    async def follow(self, stream: str, after: str) -> AsyncGenerator[list[Entry], None]:
        """What is and comes after an id, in batches; an empty one when HEARTBEAT_SECONDS passed without any."""
        news = asyncio.Event()
        await self._join(stream, after, news)
        try:
            while True:
                news.clear()
                entries = await self._entries(stream, after)
                if entries:
                    after = entries[-1][0].decode()
                    yield entries
                    continue
                try:
                    await asyncio.wait_for(news.wait(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield []
        finally:
            self._leave(stream, news)

    async def close(self) -> None:
        self._news.clear()  # a cancellation that comes while redis-py connects is lost; the reader then ends by itself
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._redis.aclose()

    async def is_ended(self, session: str) -> bool:
        """Whether the session was logged out. Redis that is away or was emptied says nothing."""
        try:
            return bool(session) and await self._redis.get(session) == ENDED
        except RedisError:
            return False

    async def _join(self, stream: str, after: str, news: asyncio.Event) -> None:
        self._news.setdefault(stream, set()).add(news)
        self._seen.setdefault(stream, after)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._read())
        else:
            with suppress(RedisError):  # the reader then finds the newcomer when it comes back by itself
                await self._redis.xadd(self._wake, {"wake": ""}, maxlen=1)
                await self._redis.expire(self._wake, 60)

    def _leave(self, stream: str, news: asyncio.Event) -> None:
        followers = self._news[stream]
        followers.discard(news)
        if not followers:
            del self._news[stream], self._seen[stream]

    async def _entries(self, stream: str, after: str) -> list[Entry]:
        try:
            answer: Any = await self._redis.xrange(stream, min=f"({after}", count=BATCH)
            return list(answer)
        except RedisError:
            return []  # the reader tells when it is back

    async def _read(self) -> None:
        """Ends when nobody follows any more."""
        woken = FIRST
        while self._news:
            try:
                streams: Any = {self._wake: woken, **self._seen}
                answer: Any = await self._redis.xread(streams, count=BATCH, block=BLOCK_MS)
            except RedisError as error:
                log.warning("streams_without_redis", error=str(error))
                await asyncio.sleep(0.5)
                self._tell(list(self._news))
                continue
            for name, entries in answer or []:
                stream, last = name.decode(), entries[-1][0].decode()
                if stream == self._wake:
                    woken = last
                elif stream in self._seen:
                    self._seen[stream] = last
                    self._tell([stream])

    def _tell(self, streams: list[str]) -> None:
        for stream in streams:
            for news in self._news.get(stream, ()):
                news.set()


async def events(reader: Reader, ticket: Ticket) -> AsyncGenerator[bytes, None]:
    """The bytes of one stream; ends behind its last event, when the caller logs out, and after LONGEST_SECONDS."""
    ends, asked = monotonic() + LONGEST_SECONDS, monotonic()
    yield b"retry: %d\n\n" % RETRY_MS
    following = reader.follow(ticket.stream, ticket.after)
    try:
        async for entries in following:
            yield b"".join(map(_framed, entries)) or b": still here\n\n"
            if any(b"end" in entry for _, entry in entries) or monotonic() > ends:
                return
            if monotonic() - asked >= HEARTBEAT_SECONDS:
                asked = monotonic()
                if await reader.is_ended(ticket.session):
                    return
    finally:
        await following.aclose()


def _framed(entry: Entry) -> bytes:
    entry_id, content = entry
    return frame(entry_id.decode(), content[b"event"].decode(), content[b"data"])


def client() -> Redis:
    """Of this loop; the blocking read must not be taken for a hanging one, and nothing is sent twice."""
    return Redis.from_url(
        settings.REDIS_URL,
        protocol=2,
        socket_connect_timeout=1,
        socket_timeout=BLOCK_MS / 1000 + 5,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=15,
    )
