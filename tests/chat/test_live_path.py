"""From acceptance through Redis to MySQL: readable at once, stored once, in its place, whatever is away in between."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from accounts.procedures import SignedUp
from chat import services
from chat.exceptions import ClientMessageReused, RoomUnknown
from chat.live import accept as accepting
from chat.live import doctor, history, keys, writer
from chat.models import ChatDrift, ChatMessage, ChatRoom
from chat.services import Said
from config.redis import streams as redis
from shards.fields import new_public_id
from shards.models import UniversalOutbox
from shards.scope import on_shard
from tests.chat.conftest import Room

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def say(room: Room, content: str, **fields: Any) -> UUID:
    said = Said(content, **fields)
    return services.message_send(account_db_key=room.account_db_key, room_id=room.room_id, said=said).message_id


def seen(room: Room, **page: Any) -> list[str]:
    query: dict[str, Any] = {"on_path": True, "before": None, "after": None, "limit": 100} | page
    rows = history.messages(account_db_key=room.account_db_key, room_id=room.room_id, **query)
    return [row.content for row in rows]


@contextmanager
def redis_away() -> Iterator[None]:
    """A server that refuses every connection."""
    nobody = Redis(port=1, socket_connect_timeout=0.2, retry=Retry(NoBackoff(), 0))
    with patch.object(accepting, "redis", lambda: nobody), patch.object(history, "redis", lambda: nobody):
        yield


def write() -> int:
    with patch.object(writer, "TAKE_OVER_MS", 0):
        return writer.write(Room.shard_id)


def test_an_accepted_message_is_readable_at_once_and_then_stored(room: Room) -> None:
    ids = [say(room, content) for content in ("one", "two", "three")]
    assert room.rows() == []
    assert seen(room) == ["three", "two", "one"]
    assert seen(room, limit=2) == ["three", "two"]
    assert write() == 3
    assert [row.message_id for row in room.rows()] == ids
    assert seen(room) == ["three", "two", "one"]
    assert (writer.backlog(1), redis().exists(keys.tail(room.room_id))) == (0, 0)
    with on_shard(1):
        event = UniversalOutbox.objects.get(event_type="chat.messages_stored")
    assert event.partition_key == str(room.room_id)
    assert [message["message_id"] for message in event.event_data["messages"]] == [str(i) for i in ids]


def test_pages_have_no_gaps_and_no_doubles_across_what_is_stored_and_what_is_not(room: Room) -> None:
    for number in range(5):
        say(room, f"m{number}")
    write()
    for number in range(5, 9):
        say(room, f"m{number}")
    rows = history.messages(
        account_db_key=room.account_db_key, room_id=room.room_id, on_path=True, before=None, after=None, limit=9
    )
    for place in range(9):
        middle = rows[8 - place].sequence_no
        assert seen(room, before=middle) == [f"m{number}" for number in reversed(range(place))]
        assert seen(room, after=middle) == [f"m{number}" for number in range(place + 1, 9)]
        assert seen(room, after=middle, limit=2) == [f"m{number}" for number in range(place + 1, 9)][:2]
    assert [row.parent_message_id for row in rows[:-1]] == [row.message_id for row in rows[1:]]


def test_what_a_killed_writer_had_stored_is_not_stored_again(room: Room) -> None:
    say(room, "once")
    with (
        patch.object(redis().__class__, "pipeline", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        writer.write(1)
    assert [row.content for row in room.rows()] == ["once"]
    assert seen(room) == ["once"]
    assert write() == 1
    assert (room.row.message_count, writer.backlog(1)) == (1, 0)


def test_the_same_client_message_is_one_message_and_other_words_under_its_name_are_refused(room: Room) -> None:
    first = say(room, "hello", client_message_id="c1")
    assert say(room, "hello", client_message_id="c1") == first
    with pytest.raises(ClientMessageReused):
        say(room, "other words", client_message_id="c1")
    write()
    redis().flushdb()
    assert say(room, "hello", client_message_id="c1") == first
    write()
    assert [row.content for row in room.rows()] == ["hello"]
    with redis_away(), pytest.raises(ClientMessageReused):
        say(room, "other words", client_message_id="c1")


def test_with_redis_away_messages_go_straight_to_mysql_and_keep_their_order(room: Room) -> None:
    say(room, "before")  # accepted, and still on its way when Redis goes
    with redis_away():
        say(room, "straight 1")
        say(room, "straight 2", client_message_id="c")
        say(room, "straight 2", client_message_id="c")
        assert seen(room) == ["straight 2", "straight 1"]
    say(room, "after")
    assert seen(room) == ["after", "straight 2", "straight 1", "before"]
    assert write() == 2
    rows = room.rows()
    assert [row.content for row in rows] == ["before", "straight 1", "straight 2", "after"]
    assert [row.parent_message_id for row in rows] == [None, *(row.message_id for row in rows[:-1])]
    assert room.shown() == ["before", "straight 1", "straight 2", "after"]
    assert room.row.message_count == 4


def test_a_flushed_redis_goes_on_behind_what_mysql_has(room: Room) -> None:
    say(room, "stored")
    write()
    redis().flushdb()
    say(room, "next")
    assert seen(room) == ["next", "stored"]
    assert write() == 1


def test_a_stranger_and_a_deleted_room_are_refused_with_and_without_redis(
    room: Room, make_account: Callable[..., SignedUp]
) -> None:
    stranger = make_account(shard=1).account_db_key
    say(room, "mine")
    for refused in (lambda: None, redis_away):
        with refused() or patch.object(writer, "BATCH", 200):
            with pytest.raises(RoomUnknown):
                services.message_send(account_db_key=stranger, room_id=room.room_id, said=Said("intruder"))
            with pytest.raises(RoomUnknown):
                services.message_send(account_db_key=room.account_db_key, room_id=new_public_id(), said=Said("nowhere"))
    services.room_delete(account_db_key=room.account_db_key, room_id=room.room_id)
    with pytest.raises(RoomUnknown):
        say(room, "too late")
    with redis_away(), pytest.raises(RoomUnknown):
        say(room, "too late")
    with on_shard(1):
        assert [row.content for row in ChatMessage.objects.all()] == [""]
    write()
    assert room.row.message_count == 0


def test_many_who_write_at_once_have_places_of_their_own(room: Room, at_once: Callable[..., list[Any]]) -> None:
    ids = at_once(lambda number: say(room, f"m{number}"), *range(20))
    at_once(lambda _: writer.write(1), 1, 2, 3)
    write()
    assert {row.message_id for row in room.rows()} == set(ids)
    assert len({row.sequence_no for row in room.rows()}) == 20
    kept = room.row
    assert (kept.message_count, room.day_count()) == (20, 20)
    assert doctor.examine()["shard_1"]["repaired"] == []


def test_the_doctor_finds_and_repairs_what_differs(room: Room) -> None:
    for content in ("a", "b", "c"):
        say(room, content)
    write()
    say(room, "left behind")
    redis().delete(keys.live(1))
    with on_shard(1):
        ChatRoom.objects.filter(pk=room.room_id).update(message_count=7, content_digest=5)
    with patch.object(doctor, "SETTLED_AFTER_US", 0):
        found = doctor.examine()
    assert [report["kept"]["message_count"] for report in found["shard_1"]["repaired"]] == ["7"]
    assert found["redis"] == {"tails_left_behind": 1, "messages_stored": 1}
    assert [row.content for row in room.rows()] == ["a", "b", "c", "left behind"]
    again = doctor.examine()
    assert (again["shard_1"]["repaired"], again["shard_1"]["altered"]) == ([], [])
    assert (room.row.message_count, len(seen(room))) == (4, 4)
    with on_shard(1):
        assert ChatDrift.objects.get().detail["counted"]["message_count"] == "3"
        ChatMessage.objects.filter(content="b").update(content="B")
    assert [report["messages"] for report in doctor.examine()["shard_1"]["altered"]] == [1]
