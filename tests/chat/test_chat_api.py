"""/api/v1/chat/...: what a client sees, and what a stranger does not."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from accounts.procedures import SignedUp
from chat import personas
from chat.live import keys, writer
from chat.seeds import seed_personas
from config.redis import streams as redis
from config.sse import PATH, Ticket
from tests.chat.replying import ended, generating

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
URL = "/api/v1/chat"
JSON = "application/json"
NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.fixture(autouse=True)
def seeded(platform_state: None) -> None:
    seed_personas()
    personas.forget()


class Caller:
    def __init__(self, client: Client, headers: dict[str, str]) -> None:
        self.client, self.headers = client, headers
        self.room = ""

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None, **headers: str) -> Any:
        options: dict[str, Any] = {"data": body, "content_type": JSON} if body is not None else {}
        return getattr(self.client, method)(f"{URL}/{path}", headers=self.headers | headers, **options)

    def make_room(self, **fields: Any) -> str:
        answer = self.ask("post", "rooms", {"ai_persona": "guide"} | fields)
        assert answer.status_code == 201, answer.content
        self.room = answer.json()["room_id"]
        return self.room

    def say(self, content: str, **fields: Any) -> dict[str, Any]:
        answer = self.ask("post", f"rooms/{self.room}/messages", {"content": content, "reply": False} | fields)
        assert answer.status_code == 201, answer.content
        message: dict[str, Any] = answer.json()["message"]
        return message

    def contents(self, query: str = "") -> list[str]:
        return [row["content"] for row in self.ask("get", f"rooms/{self.room}/messages{query}").json()["results"]]


Make = Callable[..., Caller]


@pytest.fixture
def caller(client: Client, make_account: Callable[..., SignedUp], bearer: Callable[[int], dict[str, str]]) -> Make:
    return lambda: Caller(client, bearer(make_account(shard=1).account_db_key))


def test_rooms_are_made_listed_renamed_archived_and_deleted(caller: Make) -> None:
    me = caller()
    first, second = me.make_room(title="  First  "), me.make_room()
    assert [room["room_id"] for room in me.ask("get", "rooms").json()["results"]] == [second, first]
    me.room = first
    me.say("now the first is the latest")
    writer.write(1)
    page = me.ask("get", "rooms?limit=1").json()
    assert [(room["room_id"], room["title"], room["message_count"]) for room in page["results"]] == [
        (first, "First", 1)
    ]
    assert me.ask("get", f"rooms?limit=1&cursor={page['next']}").json()["results"][0]["room_id"] == second
    changed = me.ask("patch", f"rooms/{first}", {"title": "한국어 title", "is_archived": True}).json()
    assert (changed["title"], changed["is_archived"]) == ("한국어 title", True)
    assert [room["room_id"] for room in me.ask("get", "rooms?archived=true").json()["results"]] == [first]
    assert me.ask("delete", f"rooms/{first}").status_code == 204
    assert me.ask("get", "rooms?archived=true").json() == {"results": [], "next": None}
    assert me.ask("get", f"rooms/{first}").json()["code"] == "chat_room_unknown"
    assert me.ask("get", "statistics").json()["results"][0]["total_messages"] == 0


def test_messages_are_paged_in_both_directions(caller: Make) -> None:
    me = caller()
    me.make_room()
    for number in range(5):
        me.say(f"m{number}")
    page = me.ask("get", f"rooms/{me.room}/messages?limit=2").json()
    assert [row["content"] for row in page["results"]] == ["m4", "m3"]
    writer.write(1)
    assert me.contents(f"?limit=2&cursor={page['next']}") == ["m2", "m1"]
    first = me.ask("get", f"rooms/{me.room}/messages?limit=2&direction=newer").json()
    assert [row["content"] for row in first["results"]] == ["m0", "m1"]
    assert me.contents(f"?direction=newer&cursor={first['next']}") == ["m2", "m3", "m4"]


def test_an_edit_is_a_branch_and_the_room_shows_the_one_that_is_chosen(caller: Make) -> None:
    me = caller()
    me.make_room()
    me.say("Q1")
    old = me.say("Q2")
    me.say("Q3")
    new = me.say("Q2 edited", edited_message_id=old["message_id"], client_message_id="edit")
    assert (
        me.say("Q2 edited", edited_message_id=old["message_id"], client_message_id="edit")["message_id"]
        == new["message_id"]
    )
    assert me.contents() == ["Q2 edited", "Q1"]
    assert me.contents("?path=all") == ["Q2 edited", "Q3", "Q2", "Q1"]
    me.ask("patch", f"rooms/{me.room}", {"current_message_id": old["message_id"]})
    assert me.contents() == ["Q3", "Q2", "Q1"]
    assert me.ask("delete", f"rooms/{me.room}/messages/{old['message_id']}").status_code == 204
    assert me.contents() == ["Q3", "Q1"]


def test_a_stream_is_handed_over_to_the_streams_process_and_remade_when_redis_forgot_it(caller: Make) -> None:
    me = caller()
    me.make_room()
    path = f"rooms/{me.room}/messages"
    asked = {"content": "my statistics", "client_message_id": "c"}
    with generating():
        answer = me.ask("post", path, asked, accept="text/event-stream")
        assert answer.status_code == 200
        ticket = Ticket.read(answer["X-Accel-Redirect"].removeprefix(PATH))
        reply_id = UUID(hex=ticket.stream.rpartition(":")[2])
        assert (ticket.stream, ticket.after) == (keys.reply(reply_id), "0-0")
        assert ticket.session.startswith("session:")
        _, data = ended(reply_id)
    assert me.ask("post", path, asked).json()["reply_id"] == str(reply_id)
    stream = f"{path}/{reply_id}/stream"
    later = me.ask("get", stream, accept="text/event-stream", last_event_id="3-0")
    assert Ticket.read(later["X-Accel-Redirect"].removeprefix(PATH)).after == "3-0"
    writer.write(1)
    redis().flushdb()
    answer = me.ask("get", stream, accept="text/event-stream")
    assert answer["Content-Type"] == "text/event-stream; charset=utf-8"
    assert answer.content.startswith(b"id: 1-0\nevent: message.completed\ndata: ")
    assert data["message"]["content"].encode() in answer.content
    refused = me.ask("post", path, {"content": " "}, accept="text/event-stream")
    assert (refused.status_code, refused["Content-Type"]) == (400, JSON)
    assert me.ask("get", stream, last_event_id="x").json()["code"] == "last_event_invalid"


def test_a_stranger_finds_nothing(caller: Make) -> None:
    me, stranger = caller(), caller()
    me.make_room()
    message = me.say("mine")["message_id"]
    with generating():
        reply = me.ask("post", f"rooms/{me.room}/messages", {"content": "my statistics"}).json()["reply_id"]
        ended(UUID(reply))
    room = f"rooms/{me.room}"
    before = me.contents()
    for method, path, body in (
        ("get", room, None),
        ("patch", room, {"title": "theirs"}),
        ("delete", room, None),
        ("get", f"{room}/messages", None),
        ("post", f"{room}/messages", {"content": "intruder", "reply": False}),
        ("post", f"{room}/messages", {"content": "intruder"}),
        ("get", f"{room}/export", None),
        ("get", f"{room}/messages/{message}", None),
        ("delete", f"{room}/messages/{message}", None),
        ("get", f"{room}/messages/{reply}/stream", None),
        ("post", f"{room}/messages/{reply}/stop", {}),
        ("post", f"{room}/messages/{reply}/regenerate", {}),
        ("post", f"{room}/messages/{reply}/continue", {}),
    ):
        answer = stranger.ask(method, path, body)
        assert answer.status_code == 404, (method, path, answer.content)
        assert answer.json()["code"] in {"chat_room_unknown", "chat_message_unknown"}
    assert me.contents() == before
    assert stranger.ask("get", "search?q=mine").json()["results"] == []
    assert stranger.ask("get", "statistics").json()["results"] == []


def test_search_finds_one_s_own_words_in_english_and_korean(caller: Make) -> None:
    me, stranger = caller(), caller()
    for who in (me, stranger):
        who.make_room()
    me.say("The AI said: Apple's résumé is fine")
    me.say("애플 주식을 매수했습니다 100% sure")
    gone = me.say("apple pie")
    stranger.say("apple of a stranger, 매수")
    writer.write(1)

    def found(text: str) -> list[str]:
        return [row["content"][:9] for row in me.ask("get", f"search?q={text}").json()["results"]]

    assert found("apple") == ["apple pie", "The AI sa"]
    assert found("APPL resu") == ["The AI sa"]
    assert found("ai") == ["The AI sa"]
    assert found("the") == ["The AI sa"]
    assert found("매수") == found("주식을 매수") == found("수했습") == found("애") == ["애플 주식을 매수"[:9]]
    assert found("매도") == found("apple 매수") == found("%2B%2D%2A") == []
    assert me.ask("delete", f"rooms/{me.room}/messages/{gone['message_id']}").status_code == 204
    page = me.ask("get", "search?q=apple&limit=1").json()
    assert (len(page["results"]), page["next"]) == (1, None)
    assert "idx" not in page["results"][0]


def test_a_room_is_exported_as_json_with_every_branch_and_as_markdown_as_it_is_shown(caller: Make) -> None:
    me = caller()
    me.make_room(title="# Plans\nfor **today**")
    first = me.say("line 1\n# not a heading")
    me.say("kept in JSON")
    me.say("edited", edited_message_id=first["message_id"])
    answer = me.ask("get", f"rooms/{me.room}/export")
    assert answer["Content-Disposition"] == f'attachment; filename="chat-{me.room}.json"'
    exported = answer.json()
    assert [row["content"] for row in exported["messages"]] == ["line 1\n# not a heading", "kept in JSON", "edited"]
    assert exported["room"]["leaf_message_id"] == exported["messages"][2]["message_id"]
    me.ask("patch", f"rooms/{me.room}", {"current_message_id": first["message_id"]})
    text = me.ask("get", f"rooms/{me.room}/export?type=markdown").content.decode()
    assert text.startswith("# # Plans for **today**\n\n## You, ")
    assert "\n> line 1\n> # not a heading\n" in text
    assert "edited" not in text


def test_the_last_tokens_and_unknown_personas_are_refused_by_name(caller: Make) -> None:
    me = caller()
    refused = me.ask("post", "rooms", {"ai_persona": "nobody"})
    assert (refused.status_code, refused.json()["code"]) == (400, "chat_persona_unknown")
    me.make_room(ai_persona="analyst")
    refused = me.ask("post", f"rooms/{me.room}/messages", {"content": "hello"})
    assert (refused.status_code, refused.json()["code"]) == (409, "chat_persona_unavailable")
    listed = {row["ai_persona"]: row["is_available"] for row in me.ask("get", "personas").json()["results"]}
    assert listed == {"analyst": False, "guide": True}
    me.make_room()
    for method, path, code in (
        ("post", f"rooms/{me.room}/messages/{NOBODY}/stop", "chat_message_unknown"),
        ("post", f"rooms/{me.room}/messages/{me.say('hi')['message_id']}/regenerate", "chat_not_an_answer"),
    ):
        assert me.ask(method, path, {}).json()["code"] == code
    answers = [me.ask("post", f"rooms/{me.room}/messages", {"content": "x" * 8000}) for _ in range(7)]
    assert [answer.status_code for answer in answers][-1] == 429
    assert answers[-1].json()["code"] == "chat_budget_exhausted"
    assert int(answers[-1]["Retry-After"]) > 0
