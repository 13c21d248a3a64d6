"""Rooms and messages as the routines take them."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from accounts.procedures import SignedUp
from chat import procedures
from chat.models import ChatMessage, ChatRoom, ChatStatistics
from shards.fields import new_public_id
from shards.scope import on_shard
from shards.transactions import in_account_transaction, in_transaction

TODAY = date(2026, 3, 2)
numbers = count(int(time.time() * 1_000_000))

insert = in_transaction(procedures.chat_message_insert)
room_create = in_account_transaction(procedures.chat_room_create)
room_delete = in_account_transaction(procedures.chat_room_delete)
message_delete = in_account_transaction(procedures.chat_message_delete)
path_set = in_account_transaction(procedures.chat_path_set)


class Room:
    """One room on shard 1, and the messages that a test puts into it."""

    shard_id = 1

    def __init__(self, account_db_key: int, title: str = "") -> None:
        self.account_db_key = account_db_key
        self.room_id = new_public_id()
        room_create(room_id=self.room_id, account_db_key=account_db_key, title=title, ai_persona="guide")

    def message(self, content: str, message_type: str = "USER", **fields: Any) -> dict[str, Any]:
        return {
            "message_id": new_public_id().hex,
            "room_id": self.room_id.hex,
            "account_db_key": self.account_db_key,
            "sequence_no": next(numbers),
            "message_type": message_type,
            "content": content,
            "metadata": {},
            "local_date": str(TODAY),
            "search_terms": "",
            "created_at": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f"),
        } | fields

    def put(self, *messages: dict[str, Any]) -> list[procedures.Stored]:
        with on_shard(self.shard_id):
            return insert(messages=list(messages))

    def say(self, *contents: str) -> list[UUID]:
        """User and model in turn; returns their ids."""
        sent = [self.message(content, ("USER", "AI")[number % 2]) for number, content in enumerate(contents)]
        self.put(*sent)
        return [UUID(message["message_id"]) for message in sent]

    @property
    def row(self) -> ChatRoom:
        with on_shard(self.shard_id):
            return ChatRoom.objects.get(pk=self.room_id)

    def rows(self, **matches: Any) -> list[ChatMessage]:
        with on_shard(self.shard_id):
            return list(ChatMessage.objects.filter(room_id=self.room_id, **matches).order_by("sequence_no"))

    def shown(self) -> list[str]:
        """The current path's words."""
        with on_shard(self.shard_id):
            rows = procedures.chat_message_list(
                account_db_key=self.account_db_key,
                room_id=self.room_id,
                on_path=True,
                before_sequence_no=None,
                after_sequence_no=0,
                limit=5000,
            )
        return [row.content for row in rows]

    def day(self, day: date = TODAY) -> ChatStatistics:
        with on_shard(self.shard_id):
            return ChatStatistics.objects.get(account_db_key=self.account_db_key, date=day)

    def day_count(self) -> int:
        """Of all days, as the statistics have it."""
        with on_shard(self.shard_id):
            days = ChatStatistics.objects.filter(account_db_key=self.account_db_key)
            return sum(day.total_messages for day in days)


@pytest.fixture
def room(make_account: Callable[..., SignedUp]) -> Room:
    return Room(make_account(shard=1).account_db_key)
