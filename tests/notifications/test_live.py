"""New notifications and the unread count, pushed to who follows, and to nobody else."""

import asyncio
import json
from typing import Any

import pytest

from config import sse
from config.redis import streams as redis
from notifications import live
from notifications.delivery.plan import plan
from shards.scope import on_shard
from tests.notifications.conftest import URL, Api, create

pytestmark = pytest.mark.django_db(databases="__all__")


def connect(api: Api, last_event: str | None = None) -> sse.Ticket:
    """What the web process hands over to the streams' process."""
    headers = api.headers | {"accept": "text/event-stream"} | ({"last-event-id": last_event} if last_event else {})
    answer = api.client.get(f"{URL}/stream", headers=headers)
    assert answer.status_code == 200, answer.content
    return sse.Ticket.read(answer.headers["X-Accel-Redirect"].removeprefix(sse.PATH))


def told(ticket: sse.Ticket, count: int) -> list[tuple[str, str, dict[str, Any]]]:
    """The next events of a stream, as (id, event, data)."""

    async def read() -> list[bytes]:
        reader = sse.Reader()
        frames: list[bytes] = []
        following = sse.events(reader, ticket)
        async for part in following:
            frames += [frame for frame in part.split(b"\n\n") if frame.startswith(b"id: ")]
            if len(frames) >= count:
                break
        await following.aclose()
        await reader.close()
        return frames

    frames = asyncio.run(asyncio.wait_for(read(), 5))
    assert len(frames) == count
    lines = [dict(line.split(": ", 1) for line in frame.decode().splitlines()) for frame in frames]
    return [(line["id"], line["event"], json.loads(line["data"])) for line in lines]


def planned() -> None:
    with on_shard(2):
        plan()


def test_a_newcomer_is_told_the_count_and_then_what_comes(api: Api) -> None:
    create(api.key)
    planned()
    ticket = connect(api)
    assert [event[1:] for event in told(ticket, 1)] == [("unread", {"unread_count": 1})]
    made = create(api.key, priority=2)
    planned()
    api.post(f"/{made.notification_id}/read")
    api.delete(made.notification_id)
    api.post("/read-all")
    news = {
        "notification_id": str(made.notification_id), "type_id": "PRICE_ALERT", "title": "A title",
        "message": "A message", "priority": 2,
    }  # fmt: skip
    events = told(ticket, 6)
    assert events[1][1:] == ("notification", news)
    assert [data["unread_count"] for _, event, data in events if event == "unread"] == [1, 2, 1, 1, 0]


def test_who_comes_back_gets_what_it_missed(api: Api) -> None:
    (first,) = told(connect(api), 1)
    made = create(api.key)
    planned()
    back = connect(api, first[0])
    events = told(back, 3)
    assert [event for _, event, _ in events] == ["notification", "unread", "unread"]
    assert events[0][2]["notification_id"] == str(made.notification_id)
    answer = api.client.get(f"{URL}/stream", headers=api.headers | {"last-event-id": "what?"})
    assert (answer.status_code, answer.json()["code"]) == (400, "last_event_invalid")


def test_who_does_not_follow_costs_no_stream(api: Api, make_account: Any, bearer: Any) -> None:
    stranger = make_account(shard=2).account_db_key
    connect(api)
    create(stranger)
    planned()
    assert redis().exists(live.stream_of(stranger)) == 0
    assert redis().xlen(live.stream_of(api.key)) == 1
    assert 0 < redis().ttl(live.stream_of(api.key)) <= live.KEPT_SECONDS


def test_the_id_before_is_the_largest_smaller_one() -> None:
    assert live.before("5-3") == "5-2"
    assert live.before("5-0") == "4-18446744073709551615"
