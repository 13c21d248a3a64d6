"""The accounts app's routines, each with its types (`sql/global/accounts`)."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from shards.procedures import call, call_one


class SignedUp(NamedTuple):
    account_db_key: int
    account_id: str
    nickname: str
    shard_id: int


class Credentials(NamedTuple):
    account_db_key: int
    password_hash: str
    is_known_address: bool
    has_second_factor: bool


class LoggedIn(NamedTuple):
    session_id: UUID
    account_db_key: int
    shard_id: int
    nickname: str
    account_level: int
    profile_completed: bool
    first_login: bool
    expires_at: datetime
    ends_at: datetime


class PlanLimits(NamedTuple):
    payment_plan: str
    alarms: int
    chat_tokens_per_day: int
    access_until: datetime | None


class LiveSession(NamedTuple):
    session_id: UUID
    account_db_key: int
    shard_id: int
    account_level: int
    expires_at: datetime
    ends_at: datetime


class SessionRow(NamedTuple):
    session_id: UUID
    address: str
    created_at: datetime
    last_seen: datetime
    expires_at: datetime


class Ended(NamedTuple):
    token_hash: bytes


def user_signup(
    *,
    platform_type: int,
    account_id: str,
    password_hash: str,
    email: str,
    nickname: str,
    strategy: str,
    event_id: UUID,
) -> SignedUp:
    return call_one(
        "fp_user_signup",
        SignedUp,
        platform_type=platform_type,
        account_id=account_id,
        password_hash=password_hash,
        email=email,
        nickname=nickname,
        strategy=strategy,
        event_id=event_id,
    )


def user_credentials_get(*, platform_type: int, account_id: str, address: str) -> Credentials | None:
    rows = call(
        "fp_user_credentials_get", Credentials, platform_type=platform_type, account_id=account_id, address=address
    )
    return rows[0] if rows else None


def user_login(
    *,
    account_db_key: int,
    password_hash: str,
    session_id: UUID,
    token_hash: bytes,
    address: str,
    idle_seconds: int,
    absolute_seconds: int,
) -> LoggedIn:
    return call_one(
        "fp_user_login",
        LoggedIn,
        account_db_key=account_db_key,
        password_hash=password_hash,
        session_id=session_id,
        token_hash=token_hash,
        address=address,
        idle_seconds=idle_seconds,
        absolute_seconds=absolute_seconds,
    )


def user_logout(*, token_hash: bytes) -> None:
    call("fp_user_logout", token_hash=token_hash)


def user_session_get(*, token_hash: bytes, absolute_seconds: int) -> LiveSession | None:
    rows = call("fp_user_session_get", LiveSession, token_hash=token_hash, absolute_seconds=absolute_seconds)
    return rows[0] if rows else None


def user_sessions_unburied(*, limit: int) -> list[bytes]:
    """SHA-256 of the tokens."""
    return [token_hash for (token_hash,) in call("fp_user_sessions_unburied", limit=limit)]


def user_sessions_buried(*, token_hashes: list[str]) -> None:
    call("fp_user_sessions_buried", token_hashes=token_hashes)


def user_sessions_seen(*, seen: list[dict[str, Any]], absolute_seconds: int) -> None:
    call("fp_user_sessions_seen", seen=seen, absolute_seconds=absolute_seconds)


def plan_limits_get(*, account_db_key: int) -> PlanLimits:
    return call_one("fp_plan_limits_get", PlanLimits, account_db_key=account_db_key)


def initialize_user_defaults(*, account_db_key: int) -> None:
    call("fp_initialize_user_defaults", account_db_key=account_db_key)


def user_sessions_list(*, account_db_key: int, before: UUID | None, limit: int) -> list[SessionRow]:
    return call("fp_user_sessions_list", SessionRow, account_db_key=account_db_key, before=before, limit=limit)


def user_session_end(*, account_db_key: int, session_id: UUID) -> Ended:
    return call_one("fp_user_session_end", Ended, account_db_key=account_db_key, session_id=session_id)


def user_sessions_end(*, account_db_key: int, kept_session_id: UUID | None) -> list[Ended]:
    return call("fp_user_sessions_end", Ended, account_db_key=account_db_key, kept_session_id=kept_session_id)


def account_status_set(
    *, account_db_key: int, account_status: str, block_endtime: datetime | None, changed_by: int | None, reason: str
) -> list[Ended]:
    return call(
        "fp_account_status_set",
        Ended,
        account_db_key=account_db_key,
        account_status=account_status,
        block_endtime=block_endtime,
        changed_by=changed_by,
        reason=reason,
    )


def account_level_set(*, account_db_key: int, account_level: int, changed_by: int | None, reason: str) -> list[Ended]:
    return call(
        "fp_account_level_set",
        Ended,
        account_db_key=account_db_key,
        account_level=account_level,
        changed_by=changed_by,
        reason=reason,
    )


def account_audit_insert(*, account_db_key: int, subject: str, changed_by: int | None, reason: str) -> None:
    call(
        "fp_account_audit_insert",
        account_db_key=account_db_key,
        subject=subject,
        changed_by=changed_by,
        reason=reason,
    )


def active_users_count(*, minutes: int) -> None:
    call("fp_active_users_count", minutes=minutes)
