"""A room as a file: JSON with every branch, or Markdown with what the room shows."""

from collections.abc import Iterable
from datetime import UTC, datetime

from chat.procedures import MessageRow, RoomRow
from config.json import dumps

SPEAKERS = {"USER": "You", "AI": "Answer", "SYSTEM": "System"}


def as_json(room: RoomRow, messages: Iterable[MessageRow]) -> bytes:
    return dumps(
        {
            "exported_at": datetime.now(UTC),
            "room": {
                "room_id": room.room_id,
                "title": room.title,
                "ai_persona": room.ai_persona,
                "created_at": room.created_at,
                "leaf_message_id": room.leaf_message_id,
            },
            "messages": [message._asdict() for message in messages],
        }
    )


def as_markdown(room: RoomRow, messages: Iterable[MessageRow]) -> bytes:
    """What was written is quoted, so that no line of it can pass for a heading of this file."""
    parts = [f"# {' '.join(room.title.split()) or 'Conversation'}\n"]
    for message in messages:
        moment = message.created_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
        quoted = "\n".join(f"> {line}".rstrip() for line in message.content.splitlines() or [""])
        parts.append(f"## {SPEAKERS[message.message_type]}, {moment}\n\n{quoted}\n")
    return "\n".join(parts).encode()
