"""Server-sent events over a real Redis: resumable, closed in time, and nothing left behind by who went away."""

import asyncio
import json
import os
import socket
import subprocess
import time
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, closing
from typing import Any

import httpx
import pytest

from config import sse
from config.env import BASE_DIR
from config.redis import streams as redis
from config.stack_servers import LOOPBACK, wait_until

pytestmark = pytest.mark.django_db(databases="__all__")
STREAM = "test:stream"


def put(number: int, *, last: bool = False, stream: str = STREAM) -> None:
    redis().xadd(stream, sse.fields("told", {"number": number}, last=last), id=f"{number}-0")


async def parts(following: AsyncGenerator[bytes, None]) -> list[str]:
    return [part.decode() async for part in following]


@asynccontextmanager
async def reading() -> AsyncIterator[sse.Reader]:
    reader = sse.Reader()
    yield reader
    await reader.close()


def within(seconds: float, work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(work, seconds))


def test_a_client_that_comes_back_gets_what_came_after_its_last_event() -> None:
    for number in (1, 2, 3):
        put(number, last=number == 3)

    async def read() -> list[str]:
        async with reading() as reader:
            return await parts(sse.events(reader, sse.Ticket(STREAM, "1-0", "")))

    assert within(5, read()) == [
        "retry: 1000\n\n",
        'id: 2-0\nevent: told\ndata: {"number":2}\n\nid: 3-0\nevent: told\ndata: {"number":3}\n\n',
    ]


def test_news_reaches_every_follower_of_a_process_whenever_it_came() -> None:
    """Those who come late end the reader's blocking read, or their first news would wait for the end of it."""

    async def read() -> list[list[str]]:
        async with reading() as reader:
            tasks = []
            for number in range(20):
                following = sse.events(reader, sse.Ticket(f"{STREAM}:{number}", "0-0", ""))
                tasks.append(asyncio.create_task(parts(following)))
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.3)
            started = time.monotonic()
            for number in range(20):
                await asyncio.to_thread(put, 1, last=True, stream=f"{STREAM}:{number}")
            seen = await asyncio.gather(*tasks)
            assert time.monotonic() - started < 0.9
            return seen

    assert within(10, read()) == [["retry: 1000\n\n", 'id: 1-0\nevent: told\ndata: {"number":1}\n\n']] * 20


def test_a_quiet_stream_has_heartbeats_and_ends_with_its_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "HEARTBEAT_SECONDS", 0.1)
    redis().set("session:test", b"[1]")

    async def read() -> list[str]:
        async with reading() as reader:
            following = sse.events(reader, sse.Ticket(STREAM, "0-0", "session:test"))
            task = asyncio.create_task(parts(following))
            await asyncio.sleep(0.35)
            assert not task.done()
            redis().set("session:test", sse.ENDED)
            return await task

    seen = within(5, read())
    assert seen[0] == "retry: 1000\n\n"
    assert set(seen[1:]) == {": still here\n\n"}
    assert len(seen) >= 4


def test_who_leaves_is_forgotten() -> None:
    async def leave() -> None:
        async with reading() as reader:
            following = sse.events(reader, sse.Ticket(STREAM, "0-0", ""))
            await anext(following)
            waiting = asyncio.create_task(following.__anext__())
            await asyncio.sleep(0.05)
            assert len(reader._news[STREAM]) == 1
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            await following.aclose()
            assert reader._news == {}
            assert reader._seen == {}

    within(5, leave())


@pytest.fixture
def site() -> Iterator[str]:
    """The streams' process, as the Procfile runs it."""
    with closing(socket.create_server((LOOPBACK, 0))) as probe:
        port = probe.getsockname()[1]
    command = [
        "granian",
        "--interface",
        "asginl",
        "--http",
        "1",
        "--no-ws",
        "--port",
        str(port),
        "config.asgi:application",
    ]
    process = subprocess.Popen(command, cwd=BASE_DIR, env=os.environ | {"APP_ENV": "test"})

    def is_up() -> bool:
        try:
            socket.create_connection((LOOPBACK, port)).close()
        except OSError:
            return False
        return True

    try:
        assert wait_until(is_up, 30)
        yield f"http://{LOOPBACK}:{port}"
    finally:
        process.terminate()
        process.wait()


def readers() -> int:
    """Connections of the streams' processes that wait for news."""
    return sum("b" in client["flags"] for client in redis().client_list())


def test_the_process_streams_to_who_has_a_ticket_and_notices_who_leaves(site: str) -> None:
    put(1)
    ticket = sse.Ticket(STREAM, "0-0", "").write()
    with httpx.Client(base_url=site, trust_env=False, timeout=10) as http:
        forged = http.get(f"{sse.PATH}{ticket[:-1]}x")
        assert (forged.status_code, json.loads(forged.content)["code"]) == (404, "not_found")
        with http.stream("GET", sse.PATH + ticket) as response:
            assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
            lines = response.iter_lines()
            assert [next(lines) for _ in range(5)] == [
                "retry: 1000",
                "",
                "id: 1-0",
                "event: told",
                'data: {"number":1}',
            ]
            put(2)
            assert [next(lines) for _ in range(3)] == ["", "id: 2-0", "event: told"]
            assert wait_until(lambda: readers() == 1, 5)
    assert wait_until(lambda: readers() == 0, 5, pause=0.1)
