"""fp_chat_message_insert: one row by message_id, in its place, and everything that is kept about it agrees."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.procedures import SignedUp
from chat.models import ChatMessage
from shards.fields import new_public_id
from shards.models import AccountResidence
from shards.scope import on_shard
from tests.chat.conftest import TODAY, Room, room_delete

pytestmark = pytest.mark.django_db(databases="__all__")
AWKWARD = "quotes ' \" \\ \\n %s {} [] null \t\n\r 한국어 e\u0301 😀 \u2028 </script> --"


def test_a_batch_is_stored_in_its_places_with_room_and_statistics(room: Room) -> None:
    ids = room.say("first", AWKWARD, "third")
    rows = room.rows()
    assert [(row.message_id, row.content) for row in rows] == list(zip(ids, ["first", AWKWARD, "third"], strict=True))
    assert [row.parent_message_id for row in rows] == [None, ids[0], ids[1]]
    kept = room.row
    assert (kept.message_count, kept.last_message_id, kept.leaf_message_id) == (3, ids[2], ids[2])
    assert (kept.last_sequence_no, kept.last_message_at) == (rows[2].sequence_no, rows[2].created_at)
    assert kept.content_digest == rows[0].digest ^ rows[1].digest ^ rows[2].digest
    day = room.day()
    assert (day.total_messages, day.user_messages, day.ai_messages, day.active_rooms) == (3, 2, 1, 1)


def test_a_batch_that_is_given_again_changes_nothing(room: Room) -> None:
    messages = [room.message("a"), room.message("b", "AI")]
    assert [stored.is_new for stored in room.put(*messages)] == [True, True]
    before, kept = room.rows(), room.row
    again = room.put(*messages, room.message("c"))
    assert [stored.is_new for stored in again] == [False, False, True]
    assert [row.pk for row in room.rows()][:2] == [row.pk for row in before]
    assert (room.row.message_count, room.row.content_digest) == (3, kept.content_digest ^ room.rows()[2].digest)
    assert room.day().total_messages == 3


def test_a_message_that_comes_late_takes_its_place_in_the_path(room: Room) -> None:
    first, late, last = room.message("first"), room.message("late"), room.message("last")
    room.put(first)
    room.put(last)
    room.put(late)
    assert room.shown() == ["first", "late", "last"]
    rows = room.rows()
    assert [row.parent_message_id for row in rows] == [None, rows[0].message_id, rows[1].message_id]
    assert room.row.leaf_message_id == room.row.last_message_id == rows[2].message_id
    assert room.row.last_sequence_no == last["sequence_no"]


def test_rooms_of_a_batch_are_counted_apart_and_days_by_room(room: Room) -> None:
    other = Room(room.account_db_key)
    tomorrow = str(TODAY + timedelta(days=1))
    room.put(room.message("a"), other.message("b"), other.message("c", local_date=tomorrow))
    room.put(room.message("d"), room.message("e", "SYSTEM", local_date=tomorrow))
    assert (room.row.message_count, other.row.message_count) == (3, 2)
    today, next_day = room.day(), room.day(TODAY + timedelta(days=1))
    assert (today.total_messages, today.user_messages, today.active_rooms) == (3, 3, 2)
    assert (next_day.total_messages, next_day.user_messages, next_day.active_rooms) == (2, 1, 2)


def test_what_belongs_to_a_deleted_room_is_kept_without_words_or_counts(room: Room) -> None:
    room.say("before")
    room_delete(room_id=room.room_id, account_db_key=room.account_db_key)
    (stored,) = room.put(room.message("accepted before, stored after"))
    assert stored.is_new
    assert [(row.content, row.is_deleted) for row in room.rows()] == [("", True), ("", True)]
    assert (room.row.message_count, room.day().total_messages) == (0, 0)


@pytest.mark.parametrize(
    "wrong", [lambda: {"room_id": new_public_id().hex}, lambda: {"account_db_key": 10**9}], ids=["room", "account"]
)
def test_a_message_of_no_room_or_of_somebody_elses_is_left_out(
    room: Room, wrong: Callable[[], dict[str, Any]], make_account: Callable[..., SignedUp]
) -> None:
    strangers = Room(make_account(shard=1).account_db_key)
    fields = wrong()
    if "account_db_key" in fields:
        fields["account_db_key"] = strangers.account_db_key
    good = room.message("good")
    stored = room.put(good, room.message("bad", **fields))
    assert [row.message_id.hex for row in stored] == [good["message_id"]]
    with on_shard(1):
        assert ChatMessage.objects.count() == 1
    assert strangers.row.message_count == 0


def test_an_account_that_moved_away_gets_no_message_here(room: Room) -> None:
    with on_shard(1):
        AccountResidence.objects.filter(pk=room.account_db_key).update(state="moved")
    assert room.put(room.message("lost")) == []
    with on_shard(1):
        assert ChatMessage.objects.count() == 0
