"""POST auth/password: with the present password, kept out of reach of thieves, races and half-done work."""

import threading
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.db import OperationalError, transaction
from django.test import Client

from accounts.exceptions import CredentialsInvalid, PasswordChangedMeanwhile
from accounts.models import Account, PasswordHistory, UserSession
from accounts.passwords import procedures
from accounts.passwords.services import _change
from accounts.procedures import SignedUp
from accounts.services import account_login
from accounts.sessions import caller_of
from shards.exceptions import AccountUnknown
from shards.fields import new_public_id
from shards.models import ErrorLog, UniversalOutbox
from tests import scratch
from tests.weakened import weakened

pytestmark = pytest.mark.django_db(databases="__all__")
really = pytest.mark.django_db(transaction=True, databases="__all__")

ALARMS = "/api/v1/signals/alarms"
FIRST, SECOND = "correct horse 7", "battery staple 8"


@pytest.fixture(autouse=True)
def cheap_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def alice(make_account: Callable[..., SignedUp]) -> SignedUp:
    account = make_account("alice")
    Account.objects.filter(pk=account.account_db_key).update(password=make_password(FIRST))
    return account


def log_in(password: str = FIRST) -> str:
    return account_login(account_id="alice", password=password, address="10.0.0.1").token


def change(client: Client, token: str, **body: str) -> Any:
    return client.post(
        "/api/v1/auth/password",
        {"current_password": FIRST, "new_password": SECOND} | body,
        content_type="application/json",
        headers={"authorization": f"Bearer {token}", "x-forwarded-for": "10.0.0.9"},
    )


def test_a_change_ends_the_other_sessions_is_written_down_and_told(client: Client, alice: SignedUp) -> None:
    here, elsewhere = log_in(), log_in()
    answer = change(client, here)
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get(ALARMS, headers={"authorization": f"Bearer {here}"}).status_code == 200
    refused = client.get(ALARMS, headers={"authorization": f"Bearer {elsewhere}"})
    assert refused.json()["code"] == "session_unknown"
    with pytest.raises(CredentialsInvalid):
        log_in(FIRST)
    assert log_in(SECOND)
    row = PasswordHistory.objects.get()
    assert check_password(FIRST, row.old_password_hash)
    assert row.new_password_hash == Account.objects.get().password
    assert (row.change_reason, row.changed_by_ip, row.account_id) == (
        "USER_REQUESTED", "10.0.0.9", alice.account_db_key,
    )  # fmt: skip
    event = UniversalOutbox.objects.using("default").get(event_type="account.password_changed")
    assert (event.domain, event.partition_key, event.sequence_no) == ("account", str(alice.account_db_key), 2)
    assert event.event_data == {"account_db_key": alice.account_db_key, "change_reason": "USER_REQUESTED"}
    assert not ErrorLog.objects.using("default").exists()


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"current_password": "wrong"}, "password_wrong", "current_password"),
        ({"new_password": "short"}, "password_weak", "new_password"),
        ({"new_password": "password123"}, "password_weak", "new_password"),
        ({"new_password": "alice@example.com"}, "password_weak", "new_password"),
        ({"new_password": "Bollinger2026!"}, "password_weak", "new_password"),
        ({"new_password": FIRST}, "password_reused", "new_password"),
    ],
)
def test_a_refused_change_changes_nothing(
    client: Client, alice: SignedUp, body: dict[str, str], code: str, field: str
) -> None:
    token, other = log_in(), log_in()
    answer = change(client, token, **body)
    assert (answer.status_code, answer.json()["code"], list(answer.json()["fields"])) == (400, code, [field])
    assert caller_of(other).account_db_key == alice.account_db_key
    assert log_in(FIRST)
    assert not PasswordHistory.objects.exists()


def test_what_matters_is_length_not_composition(client: Client, alice: SignedUp) -> None:
    token = log_in()
    current = FIRST
    for new in ("gxqvbnmzyw", "  spaces only between  ", "x" * 900 + "y", "한국어암호는길어요"):
        assert change(client, token, current_password=current, new_password=new).status_code == 204
        current = new
        assert log_in(new)


def test_the_last_five_do_not_come_back_and_the_sixth_may(client: Client, alice: SignedUp) -> None:
    token = log_in()
    passwords = [FIRST, *(f"battery staple {number}" for number in range(6))]
    for old, new in pairwise(passwords):
        assert change(client, token, current_password=old, new_password=new).status_code == 204
    for former in passwords[1:-1]:
        answer = change(client, token, current_password=passwords[-1], new_password=former)
        assert answer.json()["code"] == "password_reused", former
    assert change(client, token, current_password=passwords[-1], new_password=FIRST).status_code == 204


def test_wrong_present_passwords_are_counted(client: Client, alice: SignedUp, settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"password_tries": (2, 60)}
    token = log_in()
    answers = [change(client, token, current_password="wrong").status_code for _ in range(3)]
    assert answers == [400, 400, 429]
    assert change(client, token).status_code == 429


def changed(key: int, old: str, new: str, kept: Any = None) -> None:
    _change(
        account_db_key=key,
        old_password_hash=old,
        new_password_hash=new,
        change_reason="USER_REQUESTED",
        changed_by_ip="10.0.0.1",
        kept_session_id=kept,
        event_id=new_public_id(),
    )


def counts() -> dict[str, int]:
    return {
        "history": PasswordHistory.objects.count(),
        "events": UniversalOutbox.objects.using("default").filter(event_type="account.password_changed").count(),
        "ended": UserSession.objects.exclude(ended_at=None).count(),
        "new": Account.objects.filter(password="new").count(),
    }


@really
@pytest.mark.parametrize(
    ("table", "event"),
    [
        ("table_accountid", "UPDATE"),
        ("table_password_history", "INSERT"),
        ("outbox_sequences", "UPDATE"),
        ("universal_outbox", "INSERT"),
        ("table_user_sessions", "UPDATE"),
    ],
)
def test_a_failure_at_any_statement_leaves_nothing_and_the_next_try_succeeds(
    alice: SignedUp, table: str, event: str
) -> None:
    log_in()
    stored = Account.objects.get().password
    scratch.execute(
        "default",
        f"CREATE TRIGGER tr_fails BEFORE {event} ON {table} FOR EACH ROW"
        " SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 1644, MESSAGE_TEXT = 'forced'",
    )
    try:
        with pytest.raises(OperationalError) as raised:
            changed(alice.account_db_key, stored, "new")
        assert raised.value.args == (1644, "forced")
        assert set(counts().values()) == {0}
    finally:
        scratch.execute("default", "DROP TRIGGER tr_fails")
    changed(alice.account_db_key, stored, "new")
    assert set(counts().values()) == {1}


def test_repeated_or_for_nobody_it_is_refused(alice: SignedUp) -> None:
    stored = Account.objects.get().password
    changed(alice.account_db_key, stored, "new")
    with pytest.raises(PasswordChangedMeanwhile):
        changed(alice.account_db_key, stored, "newer")
    with pytest.raises(AccountUnknown):
        changed(1, stored, "new")
    assert procedures.password_get(account_db_key=1, limit=5) == []


@really
def test_of_two_changes_at_once_one_wins(alice: SignedUp, at_once: Callable[..., list[Any]]) -> None:
    """With FOR UPDATE taken out of fp_change_password, both read the old hash, and the second overwrote the first."""
    assert race(alice, at_once) == [None, PasswordChangedMeanwhile]
    with weakened("default", "fp_change_password", ("\n       FOR UPDATE;", ";")):
        assert race(alice, at_once) == [None, type(None)]


def race(alice: SignedUp, at_once: Callable[..., list[Any]]) -> list[Any]:
    Account.objects.update(password="old")
    written = threading.Event()

    def one(which: str) -> None:
        if which == "first":
            with transaction.atomic():
                procedures.change_password(
                    account_db_key=alice.account_db_key,
                    old_password_hash="old",
                    new_password_hash="first",
                    change_reason="USER_REQUESTED",
                    changed_by_ip="",
                    kept_session_id=None,
                    event_id=new_public_id(),
                )
                written.set()
                threading.Event().wait(0.3)
            return
        written.wait(10)
        changed(alice.account_db_key, "old", "second")

    first, second = at_once(one, "first", "second")
    return [first, type(second)]
