"""The routines of kept answers, each with its types (`sql/every/shards`). They run on `scope.current_alias`."""

from typing import NamedTuple
from uuid import UUID

from shards.procedures import call, call_one


class Kept(NamedTuple):
    request_hash: bytes
    response_status: int | None
    response_body: bytes | None


class Claim(NamedTuple):
    is_mine: bool
    request_hash: bytes
    response_status: int | None
    response_body: bytes | None


class Expired(NamedTuple):
    deleted: int


def idempotency_key_get(*, account_db_key: int, route: str, idempotency_key: str) -> Kept | None:
    rows = call(
        "fp_idempotency_key_get", Kept, account_db_key=account_db_key, route=route, idempotency_key=idempotency_key
    )
    return rows[0] if rows else None


def idempotency_key_claim(
    *,
    account_db_key: int,
    route: str,
    idempotency_key: str,
    request_hash: bytes,
    claim_id: UUID,
    stale_seconds: int,
) -> Claim:
    return call_one(
        "fp_idempotency_key_claim",
        Claim,
        account_db_key=account_db_key,
        route=route,
        idempotency_key=idempotency_key,
        request_hash=request_hash,
        claim_id=claim_id,
        stale_seconds=stale_seconds,
    )


def idempotency_key_answer(
    *,
    account_db_key: int,
    route: str,
    idempotency_key: str,
    claim_id: UUID,
    response_status: int,
    response_body: bytes,
) -> None:
    call(
        "fp_idempotency_key_answer",
        account_db_key=account_db_key,
        route=route,
        idempotency_key=idempotency_key,
        claim_id=claim_id,
        response_status=response_status,
        response_body=response_body,
    )


def idempotency_key_release(*, account_db_key: int, route: str, idempotency_key: str, claim_id: UUID) -> None:
    call(
        "fp_idempotency_key_release",
        account_db_key=account_db_key,
        route=route,
        idempotency_key=idempotency_key,
        claim_id=claim_id,
    )


def idempotency_keys_expire(*, seconds: int, limit: int) -> Expired:
    return call_one("fp_idempotency_keys_expire", Expired, seconds=seconds, limit=limit)
