"""A reset link: e-mailed, derived and not stored, used once, and silent about who has an account."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import tasks
from accounts.codes import expiry
from accounts.models import Account, OneTimeCode, PasswordHistory
from accounts.passwords import services
from accounts.procedures import SignedUp
from accounts.services import account_login
from accounts.sessions import caller_of
from shards.models import UniversalOutbox
from tests import scratch

pytestmark = pytest.mark.django_db(databases="__all__")
really = pytest.mark.django_db(transaction=True, databases="__all__")

FIRST, SECOND = "correct horse 7", "battery staple 8"


@pytest.fixture(autouse=True)
def cheap_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def tasks_at_once(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the broker is given; each runs at once."""
    given: list[str] = []

    def delay(code_id: str) -> None:
        given.append(code_id)
        tasks.code_send.run(code_id)

    monkeypatch.setattr(tasks.code_send, "delay", delay)
    return given


@pytest.fixture
def alice(make_account: Callable[..., SignedUp]) -> SignedUp:
    account = make_account("alice")
    Account.objects.filter(pk=account.account_db_key).update(password=make_password(FIRST))
    return account


def ask(client: Client, email: str = "alice@example.com", **more: Any) -> Any:
    return client.post("/api/v1/auth/reset-password", {"email": email} | more, content_type="application/json")


def confirm(client: Client, token: str, new_password: str = SECOND) -> Any:
    body = {"token": token, "new_password": new_password}
    return client.post("/api/v1/auth/reset-password/confirm", body, content_type="application/json")


def token_of(message: Any) -> str:
    return str(message.body).partition("#")[2].split()[0]


def test_a_link_is_sent_and_works_once(client: Client, alice: SignedUp) -> None:
    session = account_login(account_id="alice", password=FIRST, address="10.0.0.1").token
    assert (ask(client).status_code, ask(client).content) == (202, b"")
    first, second = (token_of(message) for message in mail.outbox)
    assert [message.to for message in mail.outbox] == [["alice@example.com"]] * 2
    assert confirm(client, first).json()["code"] == "reset_link_invalid", "a newer one took its place"
    assert confirm(client, second).status_code == 204
    assert check_password(SECOND, Account.objects.get().password)
    with pytest.raises(Exception, match="unknown"):
        caller_of(session)
    assert PasswordHistory.objects.get().change_reason == "RESET"
    assert UniversalOutbox.objects.using("default").filter(event_type="account.password_changed").count() == 1
    assert confirm(client, second, "another one 9").json()["code"] == "reset_link_invalid"


def test_who_has_no_account_gets_the_same_answer_and_no_mail(client: Client, alice: SignedUp) -> None:
    unknown, known = ask(client, "nobody@example.com"), ask(client)
    assert (unknown.status_code, unknown.content, unknown.headers.keys()) == (202, b"", known.headers.keys())
    assert [message.to for message in mail.outbox] == [["alice@example.com"]]
    assert OneTimeCode.objects.count() == 2, "both cost a row"


@pytest.mark.parametrize("status", ["Blocked", "Suspended", "Withdrawn"])
def test_who_may_not_log_in_gets_no_link(client: Client, alice: SignedUp, status: str) -> None:
    Account.objects.update(account_status=status)
    assert ask(client).status_code == 202
    assert mail.outbox == []


def test_another_platform_s_account_is_another(client: Client, alice: SignedUp) -> None:
    ask(client, platform_type=2)
    assert mail.outbox == []


@pytest.mark.parametrize("token", ["", "x", "A" * 64, "é", "A" * 63, "=" * 20])
def test_no_token_of_ours_is_invalid(client: Client, alice: SignedUp, token: str) -> None:
    ask(client)
    assert confirm(client, token).status_code == 400
    right = token_of(mail.outbox[0])
    forged = right[:-4] + ("AAAA" if right[-4:] != "AAAA" else "BBBB")
    assert confirm(client, forged).json()["code"] == "reset_link_invalid"
    assert not PasswordHistory.objects.exists()


def test_an_expired_link_and_one_for_an_old_address_are_invalid(client: Client, alice: SignedUp) -> None:
    ask(client)
    OneTimeCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert confirm(client, token_of(mail.outbox[0])).json()["code"] == "reset_link_invalid"
    ask(client)
    Account.objects.update(email="new@example.com")
    assert confirm(client, token_of(mail.outbox[1])).json()["code"] == "reset_link_invalid"


def test_a_weak_password_does_not_use_the_link_up(client: Client, alice: SignedUp) -> None:
    ask(client)
    token = token_of(mail.outbox[0])
    assert confirm(client, token, "short").json()["code"] == "password_weak"
    assert confirm(client, token, FIRST).json()["code"] == "password_reused"
    assert confirm(client, token).status_code == 204


def test_the_link_is_nowhere_but_in_the_mail(client: Client, alice: SignedUp, tasks_at_once: list[str]) -> None:
    ask(client)
    token = token_of(mail.outbox[0])
    assert tasks_at_once == [str(OneTimeCode.objects.get().code_id)], "the broker sees an id"
    stored = repr(list(OneTimeCode.objects.values()))
    assert token not in stored
    assert UUID(tasks_at_once[0]).bytes not in token.encode()
    scratch_rows = repr(scratch.execute("default", "SELECT HEX(nonce) FROM table_one_time_codes"))
    assert token not in scratch_rows


def test_asking_too_often_from_one_address_is_refused_and_from_another_is_not(
    client: Client, alice: SignedUp, settings: Any
) -> None:
    settings.THROTTLES = settings.THROTTLES | {"reset_link": (2, 60)}
    assert [ask(client).status_code for _ in range(3)] == [202, 202, 429]
    elsewhere = client.post(
        "/api/v1/auth/reset-password",
        {"email": "alice@example.com"},
        content_type="application/json",
        headers={"x-forwarded-for": "10.9.9.9"},
    )
    assert elsewhere.status_code == 202


@really
def test_a_link_used_twice_at_once_works_once(
    client: Client, alice: SignedUp, at_once: Callable[..., list[Any]]
) -> None:
    services.reset_request(email="alice@example.com", platform_type=1, address="10.0.0.1")
    token = token_of(mail.outbox[0])
    answers = at_once(lambda n: confirm(Client(), token, f"battery staple {n}").status_code, *range(4))
    assert answers.count(204) == 1
    assert set(answers) <= {204, 400, 409}
    assert PasswordHistory.objects.count() == 1


def test_old_codes_are_deleted(client: Client, alice: SignedUp) -> None:
    ask(client)
    ask(client)
    OneTimeCode.objects.filter(pk=OneTimeCode.objects.first().pk).update(
        expires_at=timezone.now() - timedelta(days=7, seconds=1)
    )
    assert (expiry.codes_expire(), OneTimeCode.objects.count()) == (1, 1)
