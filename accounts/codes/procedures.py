"""The routines of codes and links, each with its types (`sql/global/accounts`)."""

from typing import NamedTuple
from uuid import UUID

from shards.procedures import call, call_one


class CodeRow(NamedTuple):
    account_db_key: int
    purpose: str
    target: str
    nonce: bytes


class Expired(NamedTuple):
    deleted: int


def one_time_code_get(*, code_id: UUID) -> CodeRow | None:
    rows = call("fp_one_time_code_get", CodeRow, code_id=code_id)
    return rows[0] if rows else None


def one_time_codes_expire(*, seconds: int, limit: int) -> Expired:
    return call_one("fp_one_time_codes_expire", Expired, seconds=seconds, limit=limit)
