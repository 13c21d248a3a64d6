"""Branches: an edit or another answer keeps the old branch, and a room shows one path."""

import time
from uuid import UUID

import pytest

from chat.exceptions import MessageUnknown
from tests.chat.conftest import Room, message_delete, numbers, path_set, room_delete

pytestmark = pytest.mark.django_db(databases="__all__")


def choose(room: Room, message_id: UUID | None, *, descend: bool = False, unless: UUID | None = None) -> None:
    path_set(
        account_db_key=room.account_db_key,
        room_id=room.room_id,
        message_id=message_id,
        sequence_no=next(numbers),
        descend=descend,
        unless_message_id=unless,
    )


def test_what_is_said_after_going_back_is_a_branch_and_both_can_be_shown(room: Room) -> None:
    question, answer, _, _ = room.say("Q1", "A1", "Q2", "A2")
    choose(room, answer)
    assert room.shown() == ["Q1", "A1"]
    other, _ = room.say("Q2 edited", "A2 edited")
    assert room.shown() == ["Q1", "A1", "Q2 edited", "A2 edited"]
    assert room.row.message_count == 6

    first_branch = room.rows(parent_message_id=answer)[0].message_id
    choose(room, first_branch, descend=True)
    assert room.shown() == ["Q1", "A1", "Q2", "A2"]
    room.say("Q3")
    assert room.shown() == ["Q1", "A1", "Q2", "A2", "Q3"]
    choose(room, other, descend=True)
    assert room.shown() == ["Q1", "A1", "Q2 edited", "A2 edited"]
    choose(room, question)
    assert room.shown() == ["Q1"]
    choose(room, question, descend=True)
    assert room.shown() == ["Q1", "A1", "Q2 edited", "A2 edited"]


def test_the_first_message_can_be_edited_too(room: Room) -> None:
    first, _ = room.say("Q1", "A1")
    choose(room, None)
    assert room.shown() == []
    room.say("Q1 edited")
    assert room.shown() == ["Q1 edited"]
    assert room.rows()[2].parent_message_id is None
    choose(room, first, descend=True)
    assert room.shown() == ["Q1", "A1"]


def test_what_was_accepted_before_the_path_changed_stays_on_the_old_branch(room: Room) -> None:
    first, *_ = room.say("Q1", "A1")
    late = room.message("on its way")
    choose(room, first)
    room.say("new branch")
    room.put(late)
    assert room.shown() == ["Q1", "new branch"]
    assert room.row.message_count == 4


def test_a_choice_that_was_followed_already_is_not_made_again(room: Room) -> None:
    first, *_ = room.say("Q1", "A1")
    choose(room, first)
    (edited,) = room.say("edited")
    choose(room, first, unless=edited)
    assert room.shown() == ["Q1", "edited"]


def test_a_message_of_another_room_is_no_path(room: Room) -> None:
    (other,) = Room(room.account_db_key).say("elsewhere")
    with pytest.raises(MessageUnknown):
        choose(room, other)


def test_deleting_takes_a_message_out_of_every_count_but_not_the_path_behind_it(room: Room) -> None:
    _, answer, last = room.say("Q1", "A1", "Q2")
    message_delete(account_db_key=room.account_db_key, room_id=room.room_id, message_id=answer)
    assert room.shown() == ["Q1", "Q2"]
    day = room.day()
    assert (room.row.message_count, day.total_messages, day.user_messages, day.ai_messages) == (2, 2, 2, 0)
    assert room.row.last_message_id == last
    message_delete(account_db_key=room.account_db_key, room_id=room.room_id, message_id=last)
    assert room.row.last_message_id == room.rows()[0].message_id
    assert [row.content for row in room.rows()] == ["Q1", "", ""]
    with pytest.raises(MessageUnknown):
        message_delete(account_db_key=room.account_db_key, room_id=room.room_id, message_id=last)


def test_a_long_path_can_be_chosen_again(room: Room) -> None:
    """Longer than the engines' limit on recursion."""
    first, *_ = room.say(*(f"m{number}" for number in range(1200)))
    leaf = room.row.leaf_message_id
    choose(room, None)
    room.say("other")
    started = time.monotonic()
    choose(room, leaf)
    assert len(room.shown()) == 1200
    choose(room, None)
    choose(room, first, descend=True)
    assert room.row.leaf_message_id == leaf
    assert time.monotonic() - started < 10


def test_a_deleted_room_leaves_nothing_in_the_statistics(room: Room) -> None:
    other = Room(room.account_db_key)
    other.say("stays")
    room.say("goes", "too")
    room_delete(room_id=room.room_id, account_db_key=room.account_db_key)
    day = room.day()
    assert (day.total_messages, day.user_messages, day.ai_messages, day.active_rooms) == (1, 1, 0, 1)
    assert [row.content for row in room.rows(is_deleted=False)] == []
