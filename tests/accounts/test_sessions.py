"""A session is a row; Redis holds a copy that may be lost, late or unreachable."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

from accounts import procedures, sessions
from accounts.exceptions import SessionUnknown
from accounts.models import Account, UserSession
from accounts.procedures import LiveSession, SignedUp
from accounts.services import account_logout
from accounts.sessions import TOMBSTONE, caller_of, copy_seen, hash_token
from config.redis import sessions as redis

pytestmark = pytest.mark.django_db(databases="__all__")

ALARMS = "/api/v1/signals/alarms"
IDLE = timedelta(days=14)


@pytest.fixture
def alice(make_account: Callable[..., SignedUp], settings: Any) -> SignedUp:
    settings.SESSION_ABSOLUTE_SECONDS = 3650 * 24 * 3600  # these tests live in 2027
    sessions._marked.clear()
    return make_account("alice", shard=2)


@pytest.fixture
def token(alice: SignedUp, bearer: Callable[[int], dict[str, str]]) -> str:
    return bearer(alice.account_db_key)["authorization"].split()[1]


@pytest.fixture
def redis_down(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "redis", lambda: Redis(port=1, retry=Retry(NoBackoff(), 0)))


def key(token: str) -> str:
    return f"session:{hash_token(token).hex()}"


def test_a_token_says_who_asks(alice: SignedUp, token: str) -> None:
    caller = caller_of(token)
    row = UserSession.objects.get()
    assert (caller.session_id, caller.account_db_key, caller.shard_id) == (row.session_id, alice.account_db_key, 2)
    assert (caller.account_level, caller.token_hash, caller.is_authenticated) == (1, hash_token(token), True)


def test_nobody_is_logged_out_when_redis_is_emptied(token: str) -> None:
    before = caller_of(token)
    redis().flushdb()
    assert caller_of(token) == before
    assert redis().ttl(key(token)) > IDLE.total_seconds() - 60, "the key is filled again"


def test_who_logged_out_stays_out_when_redis_is_emptied(token: str) -> None:
    account_logout(token_hash=hash_token(token))
    for _ in range(2):
        with pytest.raises(SessionUnknown):
            caller_of(token)
        redis().flushdb()
    assert redis().get(key(token)) is None


def test_a_late_refill_does_not_bring_a_session_back(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row was read while the session lived; log-out commits and writes its tombstone before the key is filled.

    With SET instead of SET NX in `remember`, the token was alive again for two weeks.
    """
    redis().flushdb()
    read = procedures.user_session_get

    def read_then_log_out(*, token_hash: bytes, absolute_seconds: int) -> LiveSession | None:
        session = read(token_hash=token_hash, absolute_seconds=absolute_seconds)
        account_logout(token_hash=token_hash)
        return session

    monkeypatch.setattr(procedures, "user_session_get", read_then_log_out)
    with pytest.raises(SessionUnknown):
        caller_of(token)
    monkeypatch.undo()
    assert redis().get(key(token)) == TOMBSTONE
    with pytest.raises(SessionUnknown):
        caller_of(token)


def test_a_log_out_after_the_refill_wins_too(token: str) -> None:
    redis().flushdb()
    caller_of(token)
    account_logout(token_hash=hash_token(token))
    assert redis().get(key(token)) == TOMBSTONE
    with pytest.raises(SessionUnknown):
        caller_of(token)


@pytest.mark.usefixtures("redis_down")
def test_without_redis_the_row_is_asked(token: str, client: Client) -> None:
    headers = {"authorization": f"Bearer {token}"}
    assert client.get(ALARMS, headers=headers).status_code == 200
    assert client.post("/api/v1/auth/logout", headers=headers).status_code == 204
    assert client.get(ALARMS, headers=headers).json()["code"] == "session_unknown"


def test_who_logged_out_while_redis_was_down_stays_out_when_it_is_back(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis comes back from its append-only file with the session still live in it."""

    class Down:
        def set(self, *args: object, **kwargs: object) -> None:
            raise RedisConnectionError

    caller_of(token)
    with monkeypatch.context() as patch:
        patch.setattr(sessions, "redis", Down)
        account_logout(token_hash=hash_token(token))
    assert sessions.bury_ended() == 1
    assert redis().get(key(token)) == TOMBSTONE
    with pytest.raises(SessionUnknown):
        caller_of(token)
    assert sessions.bury_ended() == 0


@pytest.mark.parametrize("change", [{"expires_at": "2020-01-01T00:00Z"}, {"ended_at": "2020-01-01T00:00Z"}])
def test_an_ended_or_expired_row_is_no_session(token: str, change: dict[str, str]) -> None:
    UserSession.objects.update(**change)
    redis().flushdb()
    with pytest.raises(SessionUnknown):
        caller_of(token)


def test_a_blocked_account_s_row_is_no_session(token: str) -> None:
    Account.objects.update(account_status="Blocked")
    redis().flushdb()
    with pytest.raises(SessionUnknown):
        caller_of(token)


def test_each_use_slides_the_expiry_and_a_header_tells_it(token: str, client: Client) -> None:
    redis().expire(key(token), 100)
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False):
        answer = client.get(ALARMS, headers={"authorization": f"Bearer {token}"})
    assert answer["X-Session-Expires"] == "2027-03-15T12:00:00+00:00"
    assert redis().ttl(key(token)) > IDLE.total_seconds() - 60


def test_last_use_is_copied_to_the_row_and_never_goes_back(token: str) -> None:
    used = datetime(2027, 3, 1, 12, 0, 0, 250000, tzinfo=UTC)
    with time_machine.travel(used, tick=False):
        caller_of(token)
    assert copy_seen() == 1
    row = UserSession.objects.get()
    assert (row.last_seen, row.expires_at) == (used, used + IDLE)
    assert copy_seen() == 0, "what was copied is gone from Redis"
    sessions._marked.clear()
    with time_machine.travel(used - timedelta(days=1), tick=False):
        caller_of(token)
    assert copy_seen() == 1
    row.refresh_from_db()
    assert (row.last_seen, row.expires_at) == (used, used + IDLE)


def test_a_copy_that_was_cut_off_is_taken_up(token: str) -> None:
    used = datetime(2027, 3, 1, tzinfo=UTC)
    with time_machine.travel(used, tick=False):
        caller_of(token)
    redis().rename(sessions.SEEN, f"{sessions.SEEN}:copying")
    assert copy_seen() == 1
    assert UserSession.objects.get().last_seen == used


def test_a_session_that_ended_is_not_prolonged(token: str) -> None:
    with time_machine.travel(datetime(2027, 3, 1, tzinfo=UTC), tick=False):
        caller_of(token)
    account_logout(token_hash=hash_token(token))
    before = UserSession.objects.values().get()
    copy_seen()
    assert UserSession.objects.values().get() == before


def test_one_use_in_half_a_minute_is_marked(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    marks: list[Any] = []
    monkeypatch.setattr(redis(), "hset", lambda *given: marks.append(given))
    for _ in range(5):
        caller_of(token)
    assert len(marks) == 1


def test_a_session_ends_after_so_long_however_much_it_is_used(token: str, client: Client) -> None:
    ends = UserSession.objects.get().created_at + timedelta(days=3650)
    with time_machine.travel(ends - timedelta(days=1), tick=False):
        answer = client.get(ALARMS, headers={"authorization": f"Bearer {token}"})
    assert answer["X-Session-Expires"] == ends.isoformat(timespec="seconds")
    assert copy_seen() == 1
    assert UserSession.objects.get().expires_at == ends
    with time_machine.travel(ends + timedelta(seconds=1), tick=False), pytest.raises(SessionUnknown):
        caller_of(token)


def test_own_sessions_are_listed_and_ended_and_another_account_s_are_not_there(
    client: Client, make_account: Callable[..., SignedUp], token: str, bearer: Callable[[int], dict[str, str]]
) -> None:
    mine = {"authorization": f"Bearer {token}"}
    theirs = bearer(make_account("bob", shard=1).account_db_key)
    page = client.get("/api/v1/auth/sessions", headers=mine).json()
    row = UserSession.objects.get(token_hash=hash_token(token))
    assert [(each["session_id"], each["is_current"]) for each in page["results"]] == [(str(row.session_id), True)]
    assert page["next"] is None
    url = f"/api/v1/auth/sessions/{row.session_id}"
    refused = client.delete(url, headers=theirs)
    assert (refused.status_code, refused.json()["code"]) == (404, "session_not_found")
    assert client.get(ALARMS, headers=mine).status_code == 200
    assert client.delete(url, headers=mine | {"idempotency-key": "1"}).status_code == 204
    assert client.get(ALARMS, headers=mine).json()["code"] == "session_unknown"
    assert [row["session_id"] for row in client.get("/api/v1/auth/sessions", headers=theirs).json()["results"]] != []
