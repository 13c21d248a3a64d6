"""What operators see: transcripts, whose reading is recorded before a word is shown; usage by day and persona."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from time import monotonic
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from django.db import Error
from django.test import Client
from django.urls import reverse

from accounts.models.account import ADMINISTRATOR, OPERATOR
from accounts.procedures import SignedUp
from chat import admin, services
from chat.live import writer
from chat.models import ChatTokens, ChatTranscriptRead
from shards import gate
from shards.admin.columns import page_url
from shards.admin.picker import PARAMETER
from shards.fields import new_public_id
from shards.scope import on_shard
from tests.chat.conftest import Room
from tests.chat.test_live_path import say

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

LogIn = Callable[[int], Client]


def transcript(client: Client, room_id: UUID, shard: str = "shard_1") -> Any:
    """The page, on the shard that the operator has chosen."""
    return client.get(f"{reverse('admin:chat_transcript', args=[room_id])}?{PARAMETER}={shard}", follow=True)


def readings() -> list[tuple[int, int, int, UUID]]:
    rows = ChatTranscriptRead.objects.order_by("idx")
    return [(row.operator_db_key, row.account_db_key, row.shard_id, row.room_id) for row in rows]


def operator_of(client: Client) -> int:
    return int(client.session["_auth_user_id"])


def spend(room: Room, ai_persona: str, tokens: int, days_ago: int = 0) -> None:
    """A reply that was paid."""
    now = datetime.now(UTC)
    with on_shard(room.shard_id):
        ChatTokens.objects.create(
            reply_id=new_public_id(),
            account_db_key=room.account_db_key,
            room_id=room.room_id,
            local_date=now.date() - timedelta(days=days_ago),
            ai_persona=ai_persona,
            persona_version=1,
            state="settled",
            request={},
            reserved_tokens=1,
            prompt_tokens=tokens - 1,
            completion_tokens=1,
            created_at=now,
            updated_at=now,
        )


def charts(page: str) -> list[dict[str, list[int]]]:
    """Of each chart: persona -> its values, oldest day first."""
    found = [json.loads(unescape(value)) for value in re.findall(r'data-value="([^"]*)"', page)]
    return [{series["label"]: series["data"] for series in chart["datasets"]} for chart in found]


def latest(chart: dict[str, list[int]]) -> dict[str, list[int]]:
    return {persona: values[-3:] for persona, values in chart.items()}


@pytest.mark.parametrize("level", [OPERATOR, ADMINISTRATOR])
def test_a_transcript_shows_what_was_said_and_who_reads_it_is_recorded(room: Room, level: int, console: LogIn) -> None:
    first, second = say(room, "Q <b>one</b>\nsecond line"), say(room, "on its way")
    writer.write(1)
    services.message_send(
        account_db_key=room.account_db_key, room_id=room.room_id, said=services.Said("edited", edited_message_id=second)
    )
    client = console(level)
    page = transcript(client, room.room_id)
    assert page.status_code == 200
    places = [page.text.index(text) for text in ("Q &lt;b&gt;one&lt;/b&gt;<br>second line", "on its way", "edited")]
    assert places == sorted(places)
    assert page.text.count("another branch") == 1
    assert readings() == [(operator_of(client), room.account_db_key, 1, room.room_id)]
    listed = client.get(page_url(ChatTranscriptRead, "changelist"))
    assert str(room.room_id) in listed.text
    assert first.hex not in listed.text


def test_no_word_is_shown_when_the_reading_cannot_be_recorded(room: Room, console: LogIn) -> None:
    say(room, "secret words")
    client = console(ADMINISTRATOR)
    client.raise_request_exception = False
    with patch.object(ChatTranscriptRead.objects, "create", side_effect=Error):
        page = transcript(client, room.room_id)
    assert page.status_code == 500
    assert "secret words" not in page.text


def test_other_pages_show_no_word_and_record_nothing(room: Room, console: LogIn) -> None:
    say(room, "secret words")
    writer.write(1)
    client = console(ADMINISTRATOR)
    client.get(f"{page_url(type(room.row), 'changelist')}?{PARAMETER}=shard_1", follow=True)
    page = client.get(page_url(type(room.row), "change", room.room_id))
    assert reverse("admin:chat_transcript", args=[room.room_id]) in page.text
    assert "secret words" not in page.text
    assert readings() == []


def test_a_deleted_room_and_one_that_is_on_no_chosen_shard_show_nothing(room: Room, console: LogIn) -> None:
    say(room, "gone")
    services.room_delete(account_db_key=room.account_db_key, room_id=room.room_id)
    client = console(ADMINISTRATOR)
    page = transcript(client, room.room_id)
    assert "The room was deleted; its words are gone." in page.text
    assert "gone</p>" not in page.text.replace("its words are gone.</p>", "")
    assert transcript(client, room.room_id, "shard_2").status_code == 404
    assert len(readings()) == 1


def test_only_the_newest_messages_of_a_long_room_are_shown_and_the_page_says_so(room: Room, console: LogIn) -> None:
    room.say("first words", "second words", "third words")
    with patch.object(admin, "SHOWN", 2):
        page = transcript(console(OPERATOR), room.room_id).text
    assert "The newest messages only." in page
    assert "first words" not in page
    assert page.index("second words") < page.index("third words")


@pytest.mark.parametrize("name", ["transcript", "usage"])
def test_who_is_no_operator_is_sent_to_the_log_in(room: Room, client: Client, name: str) -> None:
    address = reverse(f"admin:chat_{name}", args=[room.room_id] if name == "transcript" else [])
    assert client.get(address).status_code == 302
    assert readings() == []


def test_usage_is_told_by_day_and_persona_over_all_shards_with_what_waits(
    room: Room, make_account: Callable[..., SignedUp], console: LogIn
) -> None:
    spend(room, "guide", 100, days_ago=1)
    spend(room, "guide", 11)
    spend(room, "analyst", 70)
    other = Room(room.account_db_key)
    other.account_db_key, other.shard_id = make_account(shard=2).account_db_key, 2
    spend(other, "guide", 5)
    spend(room, "guide", 999, days_ago=40)
    say(room, "not stored yet")
    page = console(OPERATOR).get(reverse("admin:chat_usage")).text
    tokens, replies = charts(page)
    assert {persona: values[-3:] for persona, values in tokens.items()} == {
        "analyst": [0, 0, 70],
        "guide": [0, 100, 16],
    }
    assert {persona: values[-3:] for persona, values in replies.items()} == {"analyst": [0, 0, 1], "guide": [0, 1, 2]}
    assert {len(values) for values in (*tokens.values(), *replies.values())} == {30}
    assert re.search(r"Messages for shard 1\s*<.*?>\s*1\s*<", page, re.DOTALL)


def test_usage_names_the_shard_that_it_could_not_ask(console: LogIn, monkeypatch: pytest.MonkeyPatch) -> None:
    client = console(OPERATOR)
    assert "did not answer" not in client.get(reverse("admin:chat_usage")).text
    monkeypatch.setitem(gate._closed_until, 2, monotonic() + 60)
    assert "Without shard 2, which did not answer." in client.get(reverse("admin:chat_usage")).text
