"""A message on its way: what is in Redis, and what fp_chat_message_insert takes."""

import hashlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from chat import search
from chat.days import local_date
from chat.procedures import MessageRow


def now_us() -> int:
    """The clock of places. Web servers whose clocks differ by less than a second keep a client's messages in order."""
    return time.time_ns() // 1000


def id_of(room_id: UUID, *words: str) -> UUID:
    """The id of what a client named itself: the same words in the same room are the same message."""
    return UUID(bytes=hashlib.sha256("|".join((room_id.hex, *words)).encode()).digest()[:16], version=5)


@dataclass(frozen=True, slots=True)
class Message:
    message_id: UUID
    room_id: UUID
    account_db_key: int
    message_type: str
    content: str
    metadata: dict[str, Any]
    sequence_no: int = 0  # 0: has no place yet
    moment_us: int = 0

    @property
    def created_at(self) -> datetime:
        return datetime.fromtimestamp(self.moment_us / 1_000_000, UTC)

    @property
    def content_hash(self) -> str:
        return hashlib.sha256(self.content.encode()).hexdigest()[:16]

    def head(self) -> bytes:
        """The JSON object without its end, where the script puts the place."""
        return orjson.dumps(
            {
                "message_id": self.message_id.hex,
                "room_id": self.room_id.hex,
                "account_db_key": self.account_db_key,
                "message_type": self.message_type,
                "content": self.content,
                "metadata": self.metadata,
                "local_date": local_date(self.account_db_key, self.created_at),
                "created_at": self.created_at.strftime("%Y-%m-%d %H:%M:%S.%f"),
            }
        )[:-1]

    def row(self) -> MessageRow:
        return MessageRow(
            self.message_id,
            self.sequence_no,
            self.message_type,
            self.content,
            self.metadata,
            None,
            True,
            self.created_at,
            self.created_at,
        )


def for_routine(text: bytes) -> dict[str, Any]:
    """A message of the stream with what only MySQL needs."""
    message: dict[str, Any] = orjson.loads(text)
    message["search_terms"] = search.terms_of(message["account_db_key"], message["content"])
    return message


def row_of(text: bytes) -> MessageRow:
    """A message of the tail, as a reader sees it; its parent is the message before it."""
    message = orjson.loads(text)
    moment = datetime.strptime(message["created_at"], "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)
    return MessageRow(
        UUID(message["message_id"]),
        message["sequence_no"],
        message["message_type"],
        message["content"],
        message["metadata"],
        None,
        True,
        moment,
        moment,
    )
