"""A message that its shard refuses to store holds up no other, is parked with the reason, and can be stored again."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from django.db import connections
from django.test import Client

from accounts.models.account import ADMINISTRATOR, OPERATOR
from chat import services
from chat.live import accept as accepting
from chat.live import doctor, keys, writer
from chat.live.message import Message, now_us
from chat.live.parked import NO_ROOM
from chat.models import ChatParked
from config.redis import streams as redis
from shards.admin.columns import page_url
from shards.admin.picker import PARAMETER
from shards.fields import new_public_id
from shards.models import ErrorLog
from shards.scope import on_shard
from tests.chat.conftest import Room
from tests.chat.test_live_path import say, seen
from tests.weakened import failing

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

LogIn = Callable[[int], Client]


CHECK = {True: "database error 4025", False: "database error 3819"}  # of a check that fails, by whether it is MariaDB


def write(*, park_after_ms: int) -> None:
    with patch.object(writer, "TAKE_OVER_MS", 0), patch.object(writer, "PARK_AFTER_MS", park_after_ms):
        writer.write(1)


def accept(room: Room, message_type: str, room_id: UUID | None = None) -> UUID:
    """Accepted by Redis, whatever MySQL will say."""
    message = Message(
        new_public_id(), room_id or room.room_id, room.account_db_key, message_type, "odd", {}, moment_us=now_us()
    )
    return accepting.accept(message).message_id


def parked() -> list[tuple[str, str, int]]:
    with on_shard(1):
        return [(row.message_id.hex, row.reason, row.tries) for row in ChatParked.objects.all()]


def check_failed() -> str:
    return CHECK[connections["shard_1"].mysql_is_mariadb]  # type: ignore[attr-defined]


def in_redis(room: Room) -> tuple[int, int]:
    return writer.backlog(1), int(redis().exists(keys.tail(room.room_id)))


def store_again(client: Client, message_id: UUID) -> str:
    client.get(f"{page_url(ChatParked, 'changelist')}?{PARAMETER}=shard_1", follow=True)
    body = {"action": "store_again", "_selected_action": [message_id], "index": "0"}
    return client.post(page_url(ChatParked, "changelist"), body, follow=True).text


def test_a_message_that_is_refused_holds_up_no_other_and_is_parked_when_it_has_been_tried_for_long(room: Room) -> None:
    say(room, "before")
    odd = accept(room, "ROBOT")  # ck_chat_message_type
    say(room, "after")
    write(park_after_ms=60_000)
    assert [row.content for row in room.rows()] == ["before", "after"]
    assert (seen(room), parked(), writer.backlog(1)) == (["after", "odd", "before"], [], 1)
    services.path_to(account_db_key=room.account_db_key, room_id=room.room_id, message_id=room.rows()[0].message_id)
    write(park_after_ms=0)
    assert (seen(room), parked()) == (["before"], [(odd.hex, check_failed(), 1)])
    assert in_redis(room) == (0, 0)
    with on_shard(1):
        assert ErrorLog.objects.filter(procedure_name="fp_chat_message_insert").exists()


def test_a_message_without_its_room_is_parked_by_that_reason(room: Room) -> None:
    redis().hset(keys.room(nowhere := new_public_id()), mapping={"account": room.account_db_key, "last": 0})
    odd = accept(room, "USER", nowhere)
    write(park_after_ms=0)
    assert (parked(), writer.backlog(1)) == ([(odd.hex, NO_ROOM, 1)], 0)


def test_what_was_left_behind_and_is_refused_is_parked_by_the_doctor(room: Room) -> None:
    odd = accept(room, "ROBOT")
    say(room, "good")
    redis().delete(keys.live(1))
    with patch.object(doctor, "SETTLED_AFTER_US", 0):
        assert doctor.examine()["redis"] == {"tails_left_behind": 1, "messages_stored": 1}
    assert (seen(room), parked()) == (["good"], [(odd.hex, check_failed(), 1)])
    assert in_redis(room) == (0, 0)


def test_an_administrator_stores_it_again_and_it_comes_into_its_place(room: Room, console: LogIn) -> None:
    administrator, operator = console(ADMINISTRATOR), console(OPERATOR)
    say(room, "first")
    write(park_after_ms=0)
    second = say(room, "second")
    with failing("shard_1", "INSERT", "table_chat_messages"):
        write(park_after_ms=0)
        assert parked() == [(second.hex, "database error 1644", 1)]
        say(room, "third")
        assert "0 of 1 are stored now." in store_again(administrator, second)
        assert parked() == [(second.hex, "database error 1644", 2)]
    write(park_after_ms=0)
    assert seen(room) == ["third", "first"]
    store_again(operator, second)
    assert len(parked()) == 1
    page: Any = administrator.get(page_url(ChatParked, "change", second))
    assert "database error 1644" in page.text
    assert "second" not in page.text.lower().replace("seconds", "").replace("secondary", "")
    assert "1 of 1 are stored now." in store_again(administrator, second)
    assert (seen(room), parked()) == (["third", "second", "first"], [])
    assert [row.parent_message_id for row in room.rows()][1:] == [row.message_id for row in room.rows()][:-1]
    assert (room.row.message_count, doctor.examine()["shard_1"]["repaired"]) == (3, [])
