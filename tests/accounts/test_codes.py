"""A code proves an address: sent there, few tries, not for long, and nothing of it is stored."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import tasks
from accounts.codes import services, sms
from accounts.exceptions import CodeInvalid
from accounts.models import Account, OneTimeCode
from accounts.procedures import SignedUp
from shards.exceptions import AccountUnknown
from tests.weakened import weakened

pytestmark = pytest.mark.django_db(databases="__all__")
really = pytest.mark.django_db(transaction=True, databases="__all__")

EMAIL = OneTimeCode.Purpose.EMAIL


@pytest.fixture(autouse=True)
def tasks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks.code_send, "delay", tasks.code_send.run)


@pytest.fixture
def alice(make_account: Callable[..., SignedUp]) -> SignedUp:
    return make_account("alice")


@pytest.fixture
def post(client: Client, alice: SignedUp, bearer: Callable[[int], dict[str, str]]) -> Callable[..., Any]:
    headers = bearer(alice.account_db_key)

    def send(path: str, code: str | None = None) -> Any:
        body = {} if code is None else {"code": code}
        return client.post(f"/api/v1/auth/{path}", body, content_type="application/json", headers=headers)

    return send


def code_in(text: Any) -> str:
    return str(text).partition("Your code is ")[2][:6]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_an_e_mail_address_is_verified_by_the_code_sent_there(post: Callable[..., Any]) -> None:
    assert post("verify-email").status_code == 202
    (message,) = mail.outbox
    assert message.to == ["alice@example.com"]
    code = code_in(message.body)
    assert post("verify-email/confirm", wrong(code)).json()["code"] == "code_invalid"
    assert not Account.objects.get().email_verified
    assert post("verify-email/confirm", code).status_code == 204
    assert Account.objects.get().email_verified
    assert post("verify-email/confirm", code).json()["code"] == "code_invalid", "it works once"
    assert post("verify-email").json()["code"] == "already_verified"


def test_a_phone_number_is_verified_by_sms(
    post: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sms, "FOLDER", tmp_path)
    assert post("verify-phone").json()["code"] == "phone_missing"
    Account.objects.update(phone_number="+821012345678")
    assert post("verify-phone").status_code == 202
    (sent,) = tmp_path.iterdir()
    assert sent.name.startswith("821012345678-")
    assert post("verify-phone/confirm", code_in(sent.read_text())).status_code == 204
    assert Account.objects.get().phone_verified


def test_after_five_wrong_ones_the_right_one_is_refused_too(post: Callable[..., Any]) -> None:
    post("verify-email")
    code = code_in(mail.outbox[0].body)
    for _ in range(5):
        assert post("verify-email/confirm", wrong(code)).status_code == 400
    assert post("verify-email/confirm", code).json()["code"] == "code_invalid"
    post("verify-email")
    assert post("verify-email/confirm", code_in(mail.outbox[1].body)).status_code == 204


def test_an_expired_code_an_older_one_and_one_for_an_old_address_are_invalid(post: Callable[..., Any]) -> None:
    post("verify-email")
    post("verify-email")
    first, second = (code_in(message.body) for message in mail.outbox)
    assert first == second or post("verify-email/confirm", first).status_code == 400
    OneTimeCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert post("verify-email/confirm", second).status_code == 400
    post("verify-email")
    Account.objects.update(email="new@example.com")
    assert post("verify-email/confirm", code_in(mail.outbox[2].body)).status_code == 400
    assert not Account.objects.get().email_verified


def test_a_changed_address_is_unverified_again(
    post: Callable[..., Any], client: Client, alice: SignedUp, bearer: Callable[[int], dict[str, str]]
) -> None:
    from accounts.profiles import procedures as profiles

    Account.objects.update(email_verified=True, phone_number="+821012345678", phone_verified=True)
    profiles.update_basic_profile(
        account_db_key=alice.account_db_key, nickname=None, email="new@example.com", phone_number="+821099999999"
    )
    account = Account.objects.get()
    assert (account.email, account.email_verified, account.phone_verified) == ("new@example.com", False, False)


def test_asking_again_and_again_is_refused(post: Callable[..., Any], settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"codes": (2, 60)}
    assert [post("verify-email").status_code for _ in range(3)] == [202, 202, 429]
    assert len(mail.outbox) == 2


def test_the_code_is_not_in_the_database(post: Callable[..., Any]) -> None:
    post("verify-email")
    row = OneTimeCode.objects.values().get()
    code = code_in(mail.outbox[0].body)
    assert code not in repr({name: value for name, value in row.items() if name not in ("created_at", "expires_at")})
    assert set(row) == {
        "code_id", "account_id", "purpose", "target", "nonce", "tries", "created_at", "expires_at", "used_at",
    }  # fmt: skip


def test_nobody_has_no_code() -> None:
    with pytest.raises(AccountUnknown):
        services.code_request(account_db_key=1, purpose=EMAIL)
    with pytest.raises(CodeInvalid):
        services.code_confirm(account_db_key=1, purpose=EMAIL, code="000000")


@really
def test_many_tries_at_once_are_all_counted(alice: SignedUp, at_once: Callable[..., list[Any]]) -> None:
    """With FOR UPDATE taken out of fp_one_time_code_try, tries that met read the same number, and more than five got
    through to the comparison."""
    assert race(alice, at_once) == 5
    change = (("\n       FOR UPDATE;", ";"), ("    UPDATE table_one", "    DO SLEEP(0.1);\n    UPDATE table_one"))
    with weakened("default", "fp_one_time_code_try", *change):
        assert race(alice, at_once) > 5


def race(alice: SignedUp, at_once: Callable[..., list[Any]]) -> int:
    """How many of ten wrong tries at the same moment were let through to the comparison."""
    OneTimeCode.objects.all().delete()
    services.code_request(account_db_key=alice.account_db_key, purpose=EMAIL)
    compared: list[int] = []
    tried = services._try

    def one(_: int) -> None:
        tried(account_db_key=alice.account_db_key, purpose=EMAIL, most_tries=services.MOST_TRIES)
        compared.append(1)

    at_once(one, *range(10))
    return len(compared)
