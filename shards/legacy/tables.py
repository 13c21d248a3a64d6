"""What is imported, in which order; each app names its tables where it is ready."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model

from shards.legacy.cells import Row
from shards.scope import Scope


@dataclass
class Walk:
    """What one run knows so far."""

    zone: ZoneInfo
    shard_ids: list[int]
    accounts: set[int] = field(default_factory=set)  # those that were not refused
    shards: dict[int, int] = field(default_factory=dict)  # account -> its shard
    # (database, table) -> key -> why the database here did not take that row
    refused: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Made:
    """What one kind of row is identified by here, what is summed, and how it is encrypted: compared in clear."""

    identity: tuple[str, ...]  # attnames
    sums: tuple[str, ...] = ()
    seal: Callable[[Model], Model] = lambda row: row
    unseal: Callable[[Model], Model] = lambda row: row


@dataclass(frozen=True)
class Children:
    table: str
    parent: str  # the column that both have
    key: tuple[str, ...]
    order: str


@dataclass(frozen=True)
class Legacy:
    table: str
    scope: Scope
    order: int
    key: tuple[str, ...]  # there
    convert: Callable[[Row, Walk], list[Model]]  # raises Refused
    made: dict[type[Model], Made]
    children: Children | None = None
    # Statements that give keys of rows which cannot stay beside another one: reason -> SELECT.
    taken: dict[str, str] = field(default_factory=dict)
    owned: bool = True  # is refused without its account
    accepted: Callable[[Walk, Row], None] | None = None  # is told of each row that is here, or will be


TABLES: list[Legacy] = []
# After the rows of one database: what is worked out from them. It must be safe to repeat.
AFTERWARDS: list[tuple[Scope, Callable[[Walk, Iterable[int]], Any]]] = []
LEFT_OUT: dict[str, str] = {
    "table_errorlog": "says nothing of users",
    "table_shard_config": "operators register shards; it holds passwords in clear",
    "table_shard_stats": "is counted by triggers",
    "outbox_events": "nothing ever published into it",
    "universal_outbox": "nothing ever published into it",
    "outbox_sequences": "nothing ever published into it",
    "saga_instances": "nothing ever wrote it",
    "saga_steps": "nothing ever wrote it",
    "table_chat_statistics": "is worked out from the messages",
    "table_inapp_notification_stats": "is worked out from the notifications",
}


def imports(table: Legacy) -> None:
    TABLES.append(table)
    TABLES.sort(key=lambda each: each.order)
