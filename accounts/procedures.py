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


class LoggedIn(NamedTuple):
    session_id: UUID
    account_db_key: int
    shard_id: int
    nickname: str
    account_level: int
    profile_completed: bool
    first_login: bool
    expires_at: datetime


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


def user_credentials_get(*, platform_type: int, account_id: str) -> Credentials | None:
    rows = call("fp_user_credentials_get", Credentials, platform_type=platform_type, account_id=account_id)
    return rows[0] if rows else None


def user_login(
    *,
    account_db_key: int,
    password_hash: str,
    session_id: UUID,
    token_hash: bytes,
    address: str,
    idle_seconds: int,
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
    )


def user_logout(*, token_hash: bytes) -> None:
    call("fp_user_logout", token_hash=token_hash)


def user_session_get(*, token_hash: bytes) -> LiveSession | None:
    rows = call("fp_user_session_get", LiveSession, token_hash=token_hash)
    return rows[0] if rows else None


def user_sessions_unburied(*, limit: int) -> list[bytes]:
    """SHA-256 of the tokens."""
    return [token_hash for (token_hash,) in call("fp_user_sessions_unburied", limit=limit)]


def user_sessions_buried(*, token_hashes: list[str]) -> None:
    call("fp_user_sessions_buried", token_hashes=token_hashes)


def user_sessions_seen(*, seen: list[dict[str, Any]]) -> None:
    call("fp_user_sessions_seen", seen=seen)


def plan_limits_get(*, account_db_key: int) -> PlanLimits:
    return call_one("fp_plan_limits_get", PlanLimits, account_db_key=account_db_key)


def initialize_user_defaults(*, account_db_key: int) -> None:
    call("fp_initialize_user_defaults", account_db_key=account_db_key)
