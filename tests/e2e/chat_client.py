"""A client that holds many conversations at once, in a process of its own, and writes down what it was told.

    python -m tests.e2e.chat_client <plan.json>

The plan: site, log, over (a file: once it is there, nothing more is said), and conversations of {token, room_id}. It
says something, follows the answer, and comes back with Last-Event-ID whenever the connection ends too soon; what was
not acknowledged it says again under the same client_message_id. One line a fact: {"said": ...} when a message was
acknowledged, {"end": ...} when its answer had a final event.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any, TextIO

import httpx

PATIENCE = 180.0  # seconds in which one message must be acknowledged, or one answer end
FINAL = {"message.completed", "message.failed"}


class Conversation:
    def __init__(self, http: httpx.AsyncClient, plan: dict[str, Any], log: TextIO) -> None:
        self.http = http
        self.room = f"chat/rooms/{plan['room_id']}/messages"
        self.room_id = plan["room_id"]
        self.headers = {"Authorization": f"Bearer {plan['token']}"}
        self.log = log

    async def hold(self, over: Path) -> None:
        number = 0
        while not over.exists():  # noqa: ASYNC240  # a look at a directory
            number += 1
            wants_reply = number % 3 != 0
            await self.say(number, wants_reply=wants_reply)
            await asyncio.sleep(0.05)

    async def say(self, number: int, *, wants_reply: bool) -> None:
        """Until it is acknowledged, and then until the answer has ended."""
        content = f"message {number} of {self.room_id}: my statistics"
        body = {"content": content, "client_message_id": f"m{number}", "reply": wants_reply}
        seen: list[int] = []
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                if not wants_reply:
                    answer = await self.http.post(self.room, json=body, headers=self.headers)
                    if answer.status_code == 201:
                        self.tell("said", number=number, message_id=answer.json()["message"]["message_id"])
                        return
                else:
                    reply_id = await self.first(body, number, seen)
                    if reply_id:
                        await self.follow(reply_id, seen, deadline)
                        return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.2)
        self.tell("given_up", number=number)

    async def first(self, body: dict[str, Any], number: int, seen: list[int]) -> str:
        """The reply's id, when the message was acknowledged by the stream's first event."""
        headers = self.headers | {"Accept": "text/event-stream"}
        async with self.http.stream("POST", self.room, json=body, headers=headers) as answer:
            if answer.status_code != 200:
                await answer.aread()
                return ""
            async for event, event_id, data in events(answer):
                if event == "message.created":
                    self.tell("said", number=number, message_id=data["message_id"])
                    seen.append(event_id)
                    return str(data["reply_id"])
                if event in FINAL:  # the whole was over before: the message was acknowledged to an earlier try
                    self.tell("said", number=number, message_id=data["message"]["metadata"]["reply_to"])
                    return str(data["message_id"])
        return ""

    async def follow(self, reply_id: str, seen: list[int], deadline: float) -> None:
        """From the last event on, as often as it takes."""
        connections = 0
        while time.monotonic() < deadline:
            try:
                headers = self.headers | {
                    "Accept": "text/event-stream",
                    "Last-Event-ID": f"{seen[-1] if seen else 0}-0",
                }
                connections += 1
                async with self.http.stream("GET", f"{self.room}/{reply_id}/stream", headers=headers) as answer:
                    if answer.status_code == 200:
                        async for event, event_id, data in events(answer):
                            seen.append(event_id)
                            if event in FINAL:
                                self.tell("end", reply_id=reply_id, event=event, seen=seen, connections=connections,
                                          message=data["message"], code=data.get("code"))  # fmt: skip
                                return
                    else:
                        await answer.aread()
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.2)
        self.tell("no_end", reply_id=reply_id, seen=seen)

    def tell(self, what: str, **facts: Any) -> None:
        self.log.write(json.dumps({what: facts, "room_id": self.room_id}) + "\n")
        self.log.flush()


async def events(answer: httpx.Response) -> Any:
    event = data = ""
    event_id = 0
    async for line in answer.aiter_lines():
        name, _, value = line.partition(": ")
        if name == "event":
            event = value
        elif name == "id":
            event_id = int(value.partition("-")[0])
        elif name == "data":
            data = value
        elif not line and data:
            yield event, event_id, json.loads(data)
            data = ""


async def main(plan: dict[str, Any]) -> None:
    limits = httpx.Limits(max_connections=200)
    over = Path(plan["over"])
    with Path(plan["log"]).open("a") as log:  # noqa: ASYNC230  # short lines of its own
        async with httpx.AsyncClient(
            base_url=f"{plan['site']}/api/v1/", timeout=30, trust_env=False, limits=limits
        ) as http:
            await asyncio.gather(*(Conversation(http, one, log).hold(over) for one in plan["conversations"]))


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text())))
