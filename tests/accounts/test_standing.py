"""Blocked, suspended, restored: sessions end with the row, the audit trail says who and why."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts import procedures, sessions, standing
from accounts.exceptions import AccountBlocked, AccountWithdrawn
from accounts.models import Account, AccountAudit, UserSession
from accounts.procedures import SignedUp
from accounts.services import account_login
from accounts.sessions import caller_of, hash_token
from config.redis import sessions as redis
from shards.exceptions import AccountUnknown
from tests.weakened import weakened

pytestmark = pytest.mark.django_db(databases="__all__")
really = pytest.mark.django_db(transaction=True, databases="__all__")

ALARMS = "/api/v1/signals/alarms"
PASSWORD = "correct horse 7"


@pytest.fixture(autouse=True)
def cheap_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def alice(make_account: Callable[..., SignedUp]) -> SignedUp:
    account = make_account("alice")
    Account.objects.filter(pk=account.account_db_key).update(password=make_password(PASSWORD))
    return account


def log_in() -> str:
    return account_login(account_id="alice", password=PASSWORD, address="10.0.0.1").token


def trail() -> list[tuple[Any, ...]]:
    return list(
        AccountAudit.objects.order_by("idx").values_list("subject", "old_value", "new_value", "changed_by", "reason")
    )


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda key: standing.account_block(account_db_key=key, until=None, changed_by=7, reason="spam"), "Blocked"),
        (lambda key: standing.account_suspend(account_db_key=key, changed_by=7, reason="spam"), "Suspended"),
    ],
)
def test_who_is_blocked_or_suspended_is_out_at_once(
    client: Client, alice: SignedUp, change: Callable[[int], None], status: str
) -> None:
    tokens = [log_in() for _ in range(2)]
    change(alice.account_db_key)
    for token in tokens:
        answer = client.get(ALARMS, headers={"authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json()["code"]) == (401, "session_unknown")
        assert redis().get(f"session:{hash_token(token).hex()}") == sessions.TOMBSTONE
    assert UserSession.objects.filter(ended_at=None).count() == 0
    with pytest.raises(AccountBlocked):
        log_in()
    assert trail() == [("account_status", "Normal", status, 7, "spam")]
    change(alice.account_db_key)
    assert len(trail()) == 1, "again changes nothing"
    standing.account_unblock(account_db_key=alice.account_db_key, changed_by=8, reason="sorry")
    assert log_in()
    assert trail()[1:] == [("account_status", status, "Normal", 8, "sorry")]


def test_a_block_is_over_at_its_end_and_the_log_in_says_so(alice: SignedUp) -> None:
    until = timezone.now() + timedelta(hours=1)
    standing.account_block(account_db_key=alice.account_db_key, until=until, changed_by=7, reason="calm down")
    with pytest.raises(AccountBlocked):
        log_in()
    Account.objects.update(block_endtime=timezone.now() - timedelta(seconds=1))
    assert log_in()
    account = Account.objects.get(pk=alice.account_db_key)
    assert (account.account_status, account.block_endtime) == ("Normal", None)
    assert trail()[-1] == ("account_status", "Blocked", "Normal", None, "the block was over")


def test_only_a_block_has_an_end(alice: SignedUp) -> None:
    Account.objects.update(account_status="Suspended", block_endtime=timezone.now() - timedelta(days=1))
    with pytest.raises(AccountBlocked):
        log_in()


def test_who_and_why_do_not_stay_for_the_next_change(alice: SignedUp) -> None:
    Account.objects.update(email="new@example.com", changed_by=7, change_reason="asked by letter")
    Account.objects.update(email="newer@example.com")
    assert trail() == [
        ("email", "alice@example.com", "new@example.com", 7, "asked by letter"),
        ("email", "new@example.com", "newer@example.com", None, ""),
    ]
    assert Account.objects.values_list("changed_by", "change_reason").get() == (None, None)


def test_another_level_ends_the_sessions_that_carry_the_old_one(alice: SignedUp) -> None:
    token = log_in()
    key = alice.account_db_key
    standing.account_level_set(account_db_key=key, account_level=2, changed_by=7, reason="new operator")
    assert trail() == [("account_level", "1", "2", 7, "new operator")]
    assert redis().get(f"session:{hash_token(token).hex()}") == sessions.TOMBSTONE
    kept = log_in()
    standing.account_level_set(account_db_key=key, account_level=2, changed_by=7, reason="again")
    assert (len(trail()), caller_of(kept).account_level) == (1, 2)


def test_an_operator_ends_all_sessions(alice: SignedUp) -> None:
    tokens = [log_in() for _ in range(3)]
    standing.sessions_end(account_db_key=alice.account_db_key, changed_by=7, reason="lost phone")
    assert {redis().get(f"session:{hash_token(token).hex()}") for token in tokens} == {sessions.TOMBSTONE}
    assert trail() == [("sessions", "", "", 7, "lost phone")]


def test_nobody_and_who_has_withdrawn_are_refused(alice: SignedUp) -> None:
    for change in (standing.account_suspend, standing.sessions_end):
        with pytest.raises(AccountUnknown):
            change(account_db_key=1, changed_by=7, reason="x")
    with pytest.raises(AccountUnknown):
        standing.account_level_set(account_db_key=1, account_level=2, changed_by=7, reason="x")
    Account.objects.update(account_status="Withdrawn")
    with pytest.raises(AccountWithdrawn):
        standing.account_unblock(account_db_key=alice.account_db_key, changed_by=7, reason="x")


@really
def test_no_session_begins_while_the_account_is_being_blocked(
    alice: SignedUp, at_once: Callable[..., list[Any]]
) -> None:
    """With FOR UPDATE taken out of fp_user_login, the log-in read Normal while the block was not committed, waited for
    it at its first write, and then began a session that nobody ended."""
    assert race(alice, at_once) == 0
    with weakened("default", "fp_user_login", ("\n       FOR UPDATE;", ";")):
        assert race(alice, at_once) == 1


def race(alice: SignedUp, at_once: Callable[..., list[Any]]) -> int:
    """Live sessions after a log-in met a block that was being committed."""
    UserSession.objects.all().delete()
    Account.objects.update(account_status="Normal")
    blocked = threading.Event()

    def one(which: str) -> None:
        if which == "block":
            with transaction.atomic():
                procedures.account_status_set(
                    account_db_key=alice.account_db_key,
                    account_status="Blocked",
                    block_endtime=None,
                    changed_by=7,
                    reason="race",
                )
                blocked.set()
                threading.Event().wait(0.4)
            return
        blocked.wait(10)
        with suppress(AccountBlocked):
            log_in()

    assert at_once(one, "log in", "block") == [None, None]
    return UserSession.objects.filter(ended_at=None).count()
