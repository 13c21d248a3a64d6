"""From the model's first word to its first byte at the client, through the whole product: generator, Redis, streams'
process, nginx.

One clock: model server and client are threads of this process. Once with one conversation, once with twenty at a time.
"""

import statistics
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

import httpx
from rich.table import Table

from tests.chat.model_server import ModelServer, model_server
from tests.e2e.platform import PROCFILE, Platform, User, free_port, running

ANSWERS = 300  # to each way of asking
AT_ONCE = 20
DELTA = "event: message.delta"


def measure() -> Table:
    columns = Table(
        "", "median ms", "p99", "slowest", title="From the model's first word to the client", title_justify="left"
    )
    with tempfile.TemporaryDirectory(prefix="bench-chat-") as folder, model_server(free_port()) as server:
        PROCFILE["web"], PROCFILE["chat"] = (
            f"export CHAT_OPENAI_BASE_URL={server.url}; {PROCFILE[name]}" for name in ("web", "chat")
        )
        for platform in running(Path(folder) / "platform"):
            for conversations in (1, AT_ONCE):
                waits = _waits(platform, server, conversations)
                cells = (statistics.median(waits), statistics.quantiles(waits, n=100)[98], max(waits))
                columns.add_row(f"{conversations} at a time", *(f"{cell * 1000:,.1f}" for cell in cells))
    return columns


def _waits(platform: Platform, server: ModelServer, conversations: int) -> list[float]:
    each = ANSWERS // conversations
    users = [platform.user() for _ in range(conversations)]
    with ThreadPoolExecutor(conversations) as pool:
        return [wait for waits in pool.map(lambda user: _converse(user, server, each), users) for wait in waits]


def _converse(user: User, server: ModelServer, questions: int) -> list[float]:
    room = user.post("chat/rooms", {"ai_persona": "analyst"})["room_id"]
    asked = [f"question {number} of {room}" for number in range(questions + 1)]
    return [_seen(user.http, room, question) - server.first_words[question] for question in asked][1:]


def _seen(http: httpx.Client, room: str, question: str) -> float:
    """When the first words arrived; returns when the answer has ended."""
    seen = 0.0
    with http.stream(
        "POST", f"chat/rooms/{room}/messages", json={"content": question}, headers={"Accept": "text/event-stream"}
    ) as answer:
        assert answer.status_code == 200, answer.read()
        for line in answer.iter_lines():
            if line == DELTA and not seen:
                seen = perf_counter()
    assert seen, question
    return seen
