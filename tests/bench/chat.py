"""Messages through the live path beside a CALL of fp_chat_message_insert for each, one after another; and the writer's
batches beside a bare multi-row INSERT of the same rows into the same table."""

from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import connections, transaction
from rich.console import Group
from rich.table import Table

from accounts.services import account_insert
from chat import procedures, services
from chat.live import keys, writer
from chat.live.message import Message, for_routine, now_us
from chat.services import Said
from config.databases import shard_alias
from config.redis import streams as redis
from shards.fields import new_public_id
from shards.placement import shard_of
from shards.scope import on_shard
from shards.transactions import in_transaction
from tests.bench.rounds import interleaved, ratio, table, verdict

insert = in_transaction(procedures.chat_message_insert)  # without the events that the platform publishes with it

ROUNDS, MESSAGES = 5, 400
TEXT = "How did my AAPL alarm do, and what do the last ten signals say about it?"
BARE = """
INSERT INTO table_chat_messages (message_id, room_id, account_db_key, sequence_no, message_type, content, metadata,
       parent_message_id, on_path, is_deleted, local_date, digest, search_terms, created_at, updated_at) VALUES
"""
ROW = "(%s, %s, %s, %s, 'USER', %s, '{}', NULL, 1, 0, %s, 1, %s, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))"


def _places() -> Iterator[int]:
    """For what does not ask Redis: each behind what was said before, as a late one costs a new order of the room."""
    place = 0
    while True:
        place = max(place + 1, now_us())
        yield place


PLACES = _places()


def measure() -> Group:
    key = account_insert(
        platform_type=1,
        account_id="talker",
        password_hash=make_password(None),
        email="talker@example.com",
        nickname="Talker",
    ).account_db_key
    room_id = services.room_create(account_db_key=key).room_id
    shard_id = shard_of(key)
    redis().delete(keys.live(shard_id))  # of an earlier run, whose databases are gone
    writer.write(shard_id)

    def live() -> None:
        for _ in range(MESSAGES):
            services.message_send(account_db_key=key, room_id=room_id, said=Said(TEXT))

    def direct() -> None:
        for _ in range(MESSAGES):
            with on_shard(shard_id):
                insert(messages=[_message(key, room_id)])

    accepted = interleaved({"live": live, "direct": direct}, ROUNDS)
    _drain(shard_id)
    first = table("Accepting one message, one client", accepted, MESSAGES, "µs")
    verdict(first, "direct / live", ratio(accepted, "direct", "live"), 3, at_most=False)
    return Group(first, _writing(key, room_id, shard_id))


def _writing(key: int, room_id: UUID, shard_id: int) -> Table:
    def fill() -> None:
        for _ in range(MESSAGES):
            services.message_send(account_db_key=key, room_id=room_id, said=Said(TEXT))

    def written() -> None:
        writer.write(shard_id)

    texts: list[bytes] = []

    def accept() -> None:
        texts[:] = [_text(key, room_id) for _ in range(MESSAGES)]

    def bare() -> None:
        """From what the writer reads, too: texts, whose words for the search are looked for here as there."""
        messages = [for_routine(text) for text in texts]
        for start in range(0, MESSAGES, writer.BATCH):
            _insert(shard_id, messages[start : start + writer.BATCH])

    seconds: dict[str, list[float]] = {"writer": [], "bare": []}
    for _ in range(ROUNDS):
        fill()
        once = interleaved({"bare": bare}, 1, before=accept)
        seconds["bare"] += once["bare"]
        seconds["writer"].append(_timed(written))
    result = table("Storing what was accepted, in batches", seconds, MESSAGES, "µs a message")
    verdict(result, "bare / writer", ratio(seconds, "bare", "writer"), 0.5, at_most=False)
    return result


def _timed(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


def _message(key: int, room_id: UUID) -> dict[str, Any]:
    return for_routine(_text(key, room_id))


def _text(key: int, room_id: UUID) -> bytes:
    moment = next(PLACES)
    message = Message(new_public_id(), room_id, key, "USER", TEXT, {}, moment, moment)
    return message.head() + b',"sequence_no":%d}' % moment


def _insert(shard_id: int, messages: list[dict[str, Any]]) -> None:
    values = [
        value
        for message in messages
        for value in (
            bytes.fromhex(message["message_id"]),
            bytes.fromhex(message["room_id"]),
            message["account_db_key"],
            message["sequence_no"],
            message["content"],
            message["local_date"],
            message["search_terms"],
        )
    ]
    alias = shard_alias(shard_id)
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(BARE + ", ".join([ROW] * len(messages)), values)


def _drain(shard_id: int) -> None:
    while writer.backlog(shard_id):
        writer.write(shard_id)
