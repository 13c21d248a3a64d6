"""The routines of passwords, each with its types (`sql/global/accounts`)."""

from typing import NamedTuple
from uuid import UUID

from accounts.procedures import Ended
from shards.procedures import call


class PasswordRow(NamedTuple):
    """The present password first, then former ones, which carry only the hash."""

    account_id: str
    nickname: str
    email: str
    password_hash: str
    is_former: bool
    history_id: int


def password_get(*, account_db_key: int, limit: int) -> list[PasswordRow]:
    return call("fp_password_get", PasswordRow, account_db_key=account_db_key, limit=limit)


def change_password(
    *,
    account_db_key: int,
    old_password_hash: str,
    new_password_hash: str,
    change_reason: str,
    changed_by_ip: str,
    kept_session_id: UUID | None,
    event_id: UUID,
) -> list[Ended]:
    return call(
        "fp_change_password",
        Ended,
        account_db_key=account_db_key,
        old_password_hash=old_password_hash,
        new_password_hash=new_password_hash,
        change_reason=change_reason,
        changed_by_ip=changed_by_ip,
        kept_session_id=kept_session_id,
        event_id=event_id,
    )


def password_reset_request(
    *, code_id: UUID, platform_type: int, email: str, nonce: bytes, lifetime_seconds: int
) -> None:
    call(
        "fp_password_reset_request",
        code_id=code_id,
        platform_type=platform_type,
        email=email,
        nonce=nonce,
        lifetime_seconds=lifetime_seconds,
    )


def password_reset(
    *, code_id: UUID, old_password_hash: str, new_password_hash: str, changed_by_ip: str, event_id: UUID
) -> list[Ended]:
    return call(
        "fp_password_reset",
        Ended,
        code_id=code_id,
        old_password_hash=old_password_hash,
        new_password_hash=new_password_hash,
        changed_by_ip=changed_by_ip,
        event_id=event_id,
    )
