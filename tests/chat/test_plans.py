"""Room list and message pages are read from an index, in its order.

Here with as many rows as a suite has time for; `python -m tests.bench chat_pages` checks the same at a million.
"""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from shards.routines import by_name
from tests.chat.conftest import Room
from tests.explain import plan

ROWS = 20_000
pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # ANALYZE commits


def selects(routine: str, **values: str) -> list[str]:
    """The routine's list queries with values for its parameters."""
    text = re.sub(r"--[^\n]*", "", by_name()[routine].text)
    found = re.findall(r"SELECT (?:room_id|message_id),.*?;", text, re.DOTALL)
    return [
        re.sub(r"\bp_(\w+)", lambda match: values.get(match[1], "NULL"), statement)
        for statement in found
        if "ORDER BY" in statement
    ]


# Twice as many rows with each statement; parameters: what the rows get added, twice, and the most rows.
DOUBLE = [
    """
    INSERT INTO table_chat_messages ( message_id, sequence_no, room_id, account_db_key, message_type, content, metadata,
    on_path, is_deleted, local_date, digest, search_terms, created_at, updated_at ) SELECT
    LEFT(UNHEX(SHA2(CONCAT(HEX(message_id), %s), 256)), 16), sequence_no + %s, room_id, account_db_key, message_type,
    content, metadata, on_path, is_deleted, local_date, digest, search_terms, created_at, updated_at FROM
    table_chat_messages LIMIT %s
    """,
    """
    INSERT INTO table_chat_rooms ( room_id, activity_at, account_db_key, title, ai_persona, is_archived, is_active,
    created_at, updated_at ) SELECT LEFT(UNHEX(SHA2(CONCAT(HEX(room_id), %s), 256)), 16), activity_at + INTERVAL %s
    SECOND, account_db_key, title, ai_persona, is_archived, is_active, created_at, updated_at FROM table_chat_rooms
    LIMIT %s
    """,
]


def fill(alias: str, rows: int, there: int = 1) -> None:
    """Rooms and messages of one account, the messages in one room; `there` are the rows of each that there are."""
    with connections[alias].cursor() as cursor:
        for statement in DOUBLE:
            done = there
            while done < rows:
                cursor.execute(statement, [done, done, rows - done])
                done = min(2 * done, rows)
        cursor.execute("ANALYZE TABLE table_chat_rooms, table_chat_messages")
        cursor.fetchall()


def queries_of(account_db_key: int, room_id: UUID) -> list[str]:
    """The list of rooms, and a room's pages: the current path or all, newest first or oldest first."""
    now = datetime.now(UTC).strftime("'%Y-%m-%d %H:%M:%S'")
    values: dict[str, Any] = {
        "account_db_key": str(account_db_key),
        "room_id": f"UNHEX('{room_id.hex}')",
        "is_archived": "FALSE",
        "limit": "51",
        "before_sequence_no": str(2**62),
        "after_sequence_no": "5",
        "before_activity_at": now,
        "before_room_id": "UNHEX('ff')",
    }
    queries = [*selects("fp_chat_room_list", **values), *selects("fp_chat_message_list", **values)]
    assert len(queries) == 5
    return queries


def check(alias: str, queries: list[str]) -> None:
    for query in queries:
        (row,) = plan(alias, query)
        assert row["key"] in {"ix_chat_room_list", "ix_chat_message_path", "ix_chat_message_all"}, query
        assert "filesort" not in str(row["Extra"]), (query, row)


def test_lists_are_read_in_an_index_s_order(room: Room) -> None:
    room.say("the first")
    fill("shard_1", ROWS)
    check("shard_1", queries_of(room.account_db_key, room.room_id))
