"""Fifty conversations while web, worker, streams, Redis and a shard's database are killed ten times each."""

import tempfile
from pathlib import Path

from rich.console import Console

from tests.chat.model_server import ModelServer, model_server
from tests.e2e.chat_drill import VICTIMS, Drill
from tests.e2e.platform import PROCFILE, free_port, running

CONVERSATIONS = 50
ROUNDS = 10
PAUSE = 1.0


def run(seed: int, console: Console) -> bool:
    with tempfile.TemporaryDirectory(prefix="soak-chat-") as folder, model_server(free_port()) as server:
        server.slowness = 0.3  # seconds a word: whatever is killed has answers under way
        given = f"export CHAT_OPENAI_BASE_URL={server.url} CHAT_OPENAI_TIMEOUT=5; "
        for name in ("web", "chat"):
            if not PROCFILE[name].startswith("export"):
                PROCFILE[name] = given + PROCFILE[name]
        for platform in running(Path(folder) / "platform"):
            drill = Drill(platform, Path(folder), CONVERSATIONS, persona="analyst")
            drill.run(seed, ROUNDS, PAUSE)
            try:
                counts = drill.check()
                _check_contexts(server, list(drill.rooms))
            except AssertionError as error:
                console.print(f"[red]{error}")
                return False
            console.print(f"{ROUNDS * len(VICTIMS)} kills, {counts}, the model was asked {len(server.requests)} times")
    return True


def _check_contexts(server: ModelServer, rooms: list[str]) -> None:
    """Every message names its room, so each prompt must name one."""
    for request in server.requests:
        text = str(request)
        assert sum(room in text for room in rooms) == 1, text
