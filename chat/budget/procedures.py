"""The routines of the token ledger (`sql/shard/chat`), each with its types."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from shards.procedures import call, call_one


class Reserved(NamedTuple):
    state: str
    is_new: bool


class State(NamedTuple):
    state: str


class Settled(NamedTuple):
    is_done: bool


class UsageRow(NamedTuple):
    local_date: date
    ai_persona: str
    replies: int
    tokens: int


class Waiting(NamedTuple):
    reply_id: UUID
    account_db_key: int
    room_id: UUID
    request: dict[str, Any]
    created_at: datetime


def chat_tokens_reserve(
    *,
    reply_id: UUID,
    account_db_key: int,
    room_id: UUID,
    local_date: date,
    ai_persona: str,
    persona_version: int,
    request: dict[str, Any],
    reserved_tokens: int,
    limit: int,
) -> Reserved:
    return call_one(
        "fp_chat_tokens_reserve",
        Reserved,
        reply_id=reply_id,
        account_db_key=account_db_key,
        room_id=room_id,
        local_date=local_date,
        ai_persona=ai_persona,
        persona_version=persona_version,
        request=request,
        reserved_tokens=reserved_tokens,
        limit=limit,
    )


def chat_tokens_settle(*, account_db_key: int, reply_id: UUID, prompt_tokens: int, completion_tokens: int) -> Settled:
    return call_one(
        "fp_chat_tokens_settle",
        Settled,
        account_db_key=account_db_key,
        reply_id=reply_id,
        prompt_tokens=prompt_tokens,
        completion_tokens=completion_tokens,
    )


def chat_tokens_get(*, account_db_key: int, room_id: UUID, reply_id: UUID) -> list[State]:
    return call("fp_chat_tokens_get", State, account_db_key=account_db_key, room_id=room_id, reply_id=reply_id)


def chat_usage(*, since: date) -> list[UsageRow]:
    return call("fp_chat_usage", UsageRow, since=since)


def chat_tokens_reserved(*, before: datetime, limit: int) -> list[Waiting]:
    return call("fp_chat_tokens_reserved", Waiting, before=before, limit=limit)
