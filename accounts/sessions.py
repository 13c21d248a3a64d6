"""Live sessions in Redis, durable ones in `table_user_sessions`.

Key `session:<sha256 of the token>` holds what a request needs, and expires when the session has been idle too long;
each use slides it. Where Redis does not know a token, its row is asked and the key is filled again with SET NX, so
that a flush logs nobody out. Ending a session commits in MySQL first and then writes a tombstone over the key, which
a late refill cannot overwrite: what was logged out stays dead. With Redis down, every request asks the row, and what
ends then gets its tombstone within seconds of Redis' return (`bury_ended`).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import time
from typing import cast
from uuid import UUID

import orjson
import structlog
from django.conf import settings
from redis.exceptions import RedisError, ResponseError

from accounts import procedures
from accounts.exceptions import SessionUnknown
from config.redis import ask
from config.redis import sessions as redis
from shards import placement
from shards.transactions import in_global_transaction

log = structlog.get_logger(__name__)

TOMBSTONE = b"ended"
SEEN = "sessions:seen"  # hash: token hash -> when last used, copied to MySQL once a minute
SEEN_EVERY = 30.0  # seconds between two marks of one session by one process
ACTIVE_MINUTES = 15  # whoever was seen since then is an active user
SEEN_LIMIT = 100_000
BURIED_AT_ONCE = 1_000

_marked: dict[bytes, float] = {}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking: what a valid token stands for."""

    session_id: UUID
    account_db_key: int
    shard_id: int
    account_level: int
    ends_at: float  # Unix time, however much it is used
    token_hash: bytes
    is_authenticated: bool = True

    @property
    def expires_at(self) -> datetime:
        """This use slides the session to here."""
        return datetime.fromtimestamp(min(self.ends_at, time() + settings.SESSION_IDLE_SECONDS), UTC)


def live_key(caller: Caller) -> str:
    """The session's key in Redis, by which a stream sees that it was ended."""
    return _key(caller.token_hash)


def hash_token(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def caller_of(token: str) -> Caller:
    """The session behind a token, slid forward; raises SessionUnknown."""
    token_hash = hash_token(token)
    try:
        stored = ask(redis(), "GETEX", _key(token_hash), "EX", settings.SESSION_IDLE_SECONDS)
    except RedisError as error:
        log.warning("sessions_without_redis", error=str(error))
        return _from_row(token_hash)
    if stored is None:
        return _refill(token_hash)
    if stored == TOMBSTONE:
        raise SessionUnknown
    caller = _decode(token_hash, cast(bytes, stored))
    _mark_seen(token_hash)
    return caller


def remember(session: procedures.LiveSession | procedures.LoggedIn, token_hash: bytes) -> Caller:
    """Put a durable session into Redis, unless a tombstone (or another refill) is there already."""
    caller = _caller(session, token_hash)
    value = orjson.dumps(
        [
            caller.session_id.hex,
            caller.account_db_key,
            caller.shard_id,
            caller.account_level,
            caller.ends_at,
        ]
    )
    redis().set(_key(token_hash), value, ex=settings.SESSION_IDLE_SECONDS, nx=True)
    return caller


def bury(token_hash: bytes) -> None:
    """After the row says that the session has ended. With Redis down, `bury_ended` does it as soon as Redis is back."""
    _marked.pop(token_hash, None)
    try:
        redis().set(_key(token_hash), TOMBSTONE, ex=settings.SESSION_IDLE_SECONDS)
    except RedisError:
        log.exception("session_tombstone_not_written")


def bury_all(ended: Iterable[procedures.Ended]) -> None:
    for session in ended:
        bury(session.token_hash)


def bury_ended() -> int:
    """Tombstones for ended sessions that were not confirmed yet; returns how many. Safe to repeat or cut off."""
    buried = 0
    while token_hashes := procedures.user_sessions_unburied(limit=BURIED_AT_ONCE):
        pipeline = redis().pipeline(transaction=False)
        for token_hash in token_hashes:
            pipeline.set(_key(token_hash), TOMBSTONE, ex=settings.SESSION_IDLE_SECONDS)
        pipeline.execute()
        procedures.user_sessions_buried(token_hashes=[token_hash.hex() for token_hash in token_hashes])
        buried += len(token_hashes)
    return buried


def copy_seen() -> int:
    """Copy last use from Redis to the rows in one statement; returns how many sessions. Safe to repeat or cut off."""
    copying = f"{SEEN}:copying"
    if not redis().exists(copying):  # it is there when an earlier run was cut off
        try:
            redis().rename(SEEN, copying)
        except ResponseError:
            return 0  # nobody was seen
    seen = cast(dict[bytes, bytes], redis().hgetall(copying))
    idle = settings.SESSION_IDLE_SECONDS
    procedures.user_sessions_seen(
        seen=[
            {"token_hash": token_hash.hex(), "last_seen": _text(float(at)), "expires_at": _text(float(at) + idle)}
            for token_hash, at in sorted(seen.items())
        ],
        absolute_seconds=settings.SESSION_ABSOLUTE_SECONDS,
    )
    redis().delete(copying)
    return len(seen)


def count_seen() -> dict[str, int]:
    """Copy last use to the rows, and count the active users of each shard from them."""
    copied = copy_seen()
    _count_active(minutes=ACTIVE_MINUTES)
    return {"sessions": copied}


_count_active = in_global_transaction(procedures.active_users_count)


def _refill(token_hash: bytes) -> Caller:
    session = _row(token_hash)
    if session is None:
        raise SessionUnknown
    caller = remember(session, token_hash)
    if redis().get(_key(token_hash)) == TOMBSTONE:
        raise SessionUnknown  # it was ended between the row and the key
    return caller


def _row(token_hash: bytes) -> procedures.LiveSession | None:
    return procedures.user_session_get(token_hash=token_hash, absolute_seconds=settings.SESSION_ABSOLUTE_SECONDS)


def _from_row(token_hash: bytes) -> Caller:
    session = _row(token_hash)
    if session is None:
        raise SessionUnknown
    return _caller(session, token_hash)


def _caller(session: procedures.LiveSession | procedures.LoggedIn, token_hash: bytes) -> Caller:
    placement.remember(session.account_db_key, session.shard_id)
    return Caller(
        session.session_id,
        session.account_db_key,
        session.shard_id,
        session.account_level,
        session.ends_at.timestamp(),
        token_hash,
    )


def _decode(token_hash: bytes, stored: bytes) -> Caller:
    """Raises SessionUnknown for one that has lived as long as a session may."""
    session_id, account_db_key, shard_id, account_level, ends_at = orjson.loads(stored)
    if ends_at <= time():
        raise SessionUnknown
    placement.remember(account_db_key, shard_id)
    return Caller(UUID(session_id), account_db_key, shard_id, account_level, ends_at, token_hash)


def _mark_seen(token_hash: bytes) -> None:
    now = time()
    if now - _marked.get(token_hash, 0.0) < SEEN_EVERY:
        return
    if len(_marked) >= SEEN_LIMIT:
        _marked.clear()
    _marked[token_hash] = now
    redis().hset(SEEN, token_hash, str(now))


def _key(token_hash: bytes) -> str:
    return f"session:{token_hash.hex()}"


def _text(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
