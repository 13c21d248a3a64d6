"""The generators' worker in a thread of the test, and what came out of it."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connections

from chat import services
from chat.live import keys, writer
from chat.replies import services as replies
from chat.replies.worker import Worker
from chat.services import Said
from config.redis import streams as redis
from config.stack_servers import wait_until
from tests.chat.conftest import Room


@contextmanager
def generating() -> Iterator[None]:
    loop = asyncio.new_event_loop()
    leaving = asyncio.Event()

    def run() -> None:
        loop.run_until_complete(Worker().run(leaving))
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(leaving.set)
        thread.join()


def ask(room: Room, content: str, **fields: Any) -> UUID:
    """The reply's id."""
    said = Said(content, **fields)
    return replies.reply_ask(account_db_key=room.account_db_key, room_id=room.room_id, said=said).reply_id


def events(reply_id: UUID) -> list[tuple[int, str, dict[str, Any]]]:
    entries: Any = redis().xrange(keys.reply(reply_id))
    return [
        (int(entry_id.partition(b"-")[0]), fields[b"event"].decode(), json.loads(fields[b"data"]))
        for entry_id, fields in entries
    ]


def ended(reply_id: UUID, seconds: float = 20) -> tuple[str, dict[str, Any]]:
    """Waits for the final event: its name and data."""
    wait_until(lambda: bool(events(reply_id)) and events(reply_id)[-1][1].endswith(("completed", "failed")), seconds)
    _, name, data = events(reply_id)[-1]
    return name, data


def answered(room: Room, content: str, **fields: Any) -> dict[str, Any]:
    """Ask, generate, and put everything into MySQL; returns the answer's message."""
    with generating():
        _, data = ended(ask(room, content, **fields))
    writer.write(room.shard_id)
    message: dict[str, Any] = data["message"]
    return message


def path_of(room: Room) -> list[str]:
    writer.write(room.shard_id)
    return room.shown()


def go_back(room: Room, message_id: UUID) -> None:
    services.room_update(account_db_key=room.account_db_key, room_id=room.room_id, current_message_id=message_id)
