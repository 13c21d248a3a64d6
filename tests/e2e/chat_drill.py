"""Conversations held by a client in another process while servers are killed; and what must be true afterwards."""

import json
import random
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from signal import Signals
from typing import Any
from uuid import UUID

from config.stack import ROOT
from tests.e2e.platform import Platform, User, eventually

CLIENT_PATIENCE = 240  # seconds for what is under way at the end
VICTIMS = ("web", "chat", "streams", "redis", "shard_1")


class Drill:
    def __init__(self, platform: Platform, folder: Path, conversations: int, persona: str = "guide") -> None:
        self.platform = platform
        self.folder = folder
        self.users = [platform.user(shard=1) for _ in range(max(1, conversations // 5))]
        self.rooms: dict[str, User] = {}
        for number in range(conversations):
            user = self.users[number % len(self.users)]
            self.rooms[user.post("chat/rooms", {"ai_persona": persona})["room_id"]] = user
        self.log = folder / "client.jsonl"

    def run(self, seed: int, rounds: int, pause: float) -> None:
        """Kill each victim in turn, `rounds` times, while the client talks; then let it finish what it has begun.

        Nothing is killed before what was killed last is seen to work again: messages are said, and answers end.
        """
        chance = random.Random(seed)
        over = self.folder / "over"
        plan = {
            "site": self.platform.site,
            "over": str(over),
            "log": str(self.log),
            "conversations": [
                {"room_id": room_id, "token": str(user.http.headers["Authorization"]).removeprefix("Bearer ")}
                for room_id, user in self.rooms.items()
            ],
        }
        path = self.folder / "plan.json"
        path.write_text(json.dumps(plan))
        client = subprocess.Popen([sys.executable, "-m", "tests.e2e.chat_client", str(path)], cwd=ROOT)
        try:
            for _ in range(rounds):
                for victim in chance.sample(VICTIMS, len(VICTIMS)):
                    self._wait_for_talk(client)
                    time.sleep(pause * chance.uniform(0.5, 1.5))
                    self.kill(victim)
            self._wait_for_talk(client)
            over.touch()
            assert client.wait(CLIENT_PATIENCE) == 0
        finally:
            client.kill()
            client.wait()

    def _wait_for_talk(self, client: subprocess.Popen[bytes]) -> None:
        """Until something more was acknowledged, and another answer has ended."""
        said, ended = len(self.facts("said")), len(self.facts("end"))

        def goes_on() -> bool:
            assert client.poll() is None
            return len(self.facts("said")) > said and len(self.facts("end")) > ended

        eventually(goes_on, "the conversations go on")

    def kill(self, victim: str) -> None:
        if victim in ("redis", "shard_1"):
            server = self.platform.stack.servers[victim]
            server.kill()
            server.start()
            server.wait()
        else:
            self.platform.stop(victim, Signals.SIGKILL)
            self.platform.start(victim)

    # What must be true ------------------------------------------------------------------------------------------------
    def facts(self, what: str) -> list[dict[str, Any]]:
        if not self.log.exists():
            return []
        whole, _, _ = self.log.read_text().rpartition("\n")  # a line may be half written
        lines = [json.loads(line) for line in whole.splitlines()]
        return [line[what] | {"room_id": line["room_id"]} for line in lines if what in line]

    def check(self) -> dict[str, int]:
        """Raises AssertionError; returns counts for people."""
        self.platform.user().get("chat/rooms")
        waiting = "SELECT COUNT(*) FROM table_chat_tokens WHERE state = 'reserved'"
        eventually(lambda: self.platform.query("shard_1", waiting) == [(0,)], "the last reservation's end")
        eventually(lambda: self._backlog() == 0, "the writer's end")
        assert self.facts("given_up") == []
        assert self.facts("no_end") == []
        said = self.facts("said")
        self._check_messages(said)
        self._check_ends(self.facts("end"))
        self._check_statistics()
        ends = Counter(end["event"] for end in self.facts("end"))
        codes = Counter(end["code"] for end in self.facts("end") if end["code"])
        resumed = sum(end["connections"] > 1 for end in self.facts("end"))
        return {"said": len(said), **ends, **codes, "streams resumed": resumed}

    def _backlog(self) -> int:
        code = "from chat.live.writer import backlog; print(backlog(1))"
        return int(self.platform.python(code).strip().splitlines()[-1])

    def _stored(self) -> dict[str, list[tuple[Any, ...]]]:
        rows = self.platform.query(
            "shard_1",
            "SELECT HEX(room_id), HEX(message_id), message_type, content FROM table_chat_messages"
            " WHERE is_deleted = FALSE ORDER BY room_id, sequence_no",
        )
        rooms: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for room_id, message_id, message_type, content in rows:
            rooms[str(UUID(room_id))].append((str(UUID(message_id)), message_type, content))
        return rooms

    def _check_messages(self, said: list[dict[str, Any]]) -> None:
        """Every acknowledged message once, and in the order in which the client said them."""
        stored = self._stored()
        for room_id in self.rooms:
            acknowledged = [fact["message_id"] for fact in said if fact["room_id"] == room_id]
            acknowledged = list(dict.fromkeys(acknowledged))
            kept = [message_id for message_id, message_type, _ in stored[room_id] if message_type == "USER"]
            assert [message_id for message_id in kept if message_id in set(acknowledged)] == acknowledged, room_id
            assert len(set(kept)) == len(kept)
            texts = [content for _, message_type, content in stored[room_id] if message_type == "USER"]
            assert len(set(texts)) == len(texts), "a message was stored twice"

    def _check_ends(self, ends: list[dict[str, Any]]) -> None:
        """Each answer that had a final event is what is stored; a client saw each event once, in order."""
        stored = {message_id: content for rows in self._stored().values() for message_id, _, content in rows}
        for end in ends:
            *before, last = end["seen"]
            assert before == sorted(set(before)), end
            # Redis may lose its last second when it is killed: the final event is then the first of a new stream.
            assert last == 1 or last > max(before, default=0), end
            if end["message"] is not None:
                assert stored[end["reply_id"]] == end["message"]["content"], end

    def _check_statistics(self) -> None:
        compare = (
            "SELECT s.account_db_key FROM table_chat_statistics s WHERE"
            " s.total_messages <> (SELECT COUNT(*) FROM table_chat_messages m WHERE m.account_db_key = s.account_db_key"
            "   AND m.local_date = s.date AND m.is_deleted = FALSE)"
            " OR s.active_rooms <> (SELECT COUNT(DISTINCT room_id) FROM table_chat_messages m"
            "   WHERE m.account_db_key = s.account_db_key AND m.local_date = s.date AND m.is_deleted = FALSE)"
            " OR s.total_tokens <> (SELECT COALESCE(SUM(prompt_tokens + completion_tokens), 0) FROM table_chat_tokens t"
            "   WHERE t.account_db_key = s.account_db_key AND t.local_date = s.date)"
            " OR s.reserved_tokens <> 0"
        )
        assert self.platform.query("shard_1", compare) == []
        report = self.platform.manage("chat_doctor")
        assert '"repaired":[],"altered":[]' in report.splitlines()[0], report
