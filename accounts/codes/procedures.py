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


class Tried(NamedTuple):
    code_id: UUID
    account_db_key: int
    purpose: str
    target: str
    nonce: bytes

    @property
    def row(self) -> CodeRow:
        return CodeRow(self.account_db_key, self.purpose, self.target, self.nonce)


def one_time_code_insert(
    *, code_id: UUID, account_db_key: int, purpose: str, nonce: bytes, lifetime_seconds: int
) -> None:
    call(
        "fp_one_time_code_insert",
        code_id=code_id,
        account_db_key=account_db_key,
        purpose=purpose,
        nonce=nonce,
        lifetime_seconds=lifetime_seconds,
    )


def one_time_code_try(*, account_db_key: int, purpose: str, most_tries: int) -> Tried:
    return call_one(
        "fp_one_time_code_try", Tried, account_db_key=account_db_key, purpose=purpose, most_tries=most_tries
    )


def one_time_code_use(*, code_id: UUID) -> None:
    call("fp_one_time_code_use", code_id=code_id)
