"""Chat through the whole product: a newcomer's first conversation, and conversations while servers are killed."""

from pathlib import Path

import httpx

from tests.e2e.chat_drill import Drill
from tests.e2e.platform import Platform

SEED = 7


def test_a_newcomer_asks_and_sees_the_answer_come(platform: Platform) -> None:
    user = platform.user()
    user.watch("AAPL")
    room = user.post("chat/rooms", {"ai_persona": "guide"})["room_id"]
    path = f"chat/rooms/{room}/messages"
    asked = {"content": "Which alarms do I have?"}
    with user.http.stream("POST", path, json=asked, headers={"Accept": "text/event-stream"}) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert "X-Session-Expires" in answer.headers
        lines = list(answer.iter_lines())
    events = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    assert events == ["message.created", *["message.delta"] * (len(events) - 2), "message.completed"]
    question, answered = reversed(user.get(path)["results"])
    assert (question["content"], question["message_type"]) == (asked["content"], "USER")
    assert "AAPL (window 10, k 1.5)" in answered["content"]

    again = user.http.get(
        f"{path}/{answered['message_id']}/stream",
        headers={"Accept": "text/event-stream", "Last-Event-ID": f"{len(events) - 1}-0"},
    )
    assert [line for line in again.text.splitlines() if line.startswith("event: ")] == ["event: message.completed"]
    stranger = platform.user()
    refused: httpx.Response = stranger.http.get(f"{path}/{answered['message_id']}/stream")
    assert (refused.status_code, refused.json()["code"]) == (404, "chat_message_unknown")


def test_nothing_said_is_lost_while_servers_are_killed(platform: Platform, tmp_path: Path) -> None:
    drill = Drill(platform, tmp_path, conversations=10)
    drill.run(SEED, rounds=1, pause=0.5)
    counts = drill.check()
    assert counts["said"] >= 10  # each conversation at least one, whatever the machine has to do besides
    assert counts["message.completed"] + counts.get("message.failed", 0) >= 10
