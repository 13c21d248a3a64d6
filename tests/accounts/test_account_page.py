"""The account's page in the console: what it shows, what it hides, and what administrators do there with a reason."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import tasks
from accounts.api_keys.services import api_keys_save
from accounts.devices.services import device_register
from accounts.models import Account, AccountAudit, Payment, SecondFactor
from accounts.models.account import ADMINISTRATOR, OPERATOR
from accounts.operating import OPERATIONS
from accounts.passwords.services import _change
from accounts.payments.services import payment_method_add, plan_change
from accounts.procedures import SignedUp
from config import throttling
from config.throttling import Throttled
from shards.admin.columns import page_url
from shards.fields import new_public_id

pytestmark = pytest.mark.django_db(databases="__all__")

LogIn = Callable[[int], Client]
ALARMS = "/api/v1/signals/alarms"


@pytest.fixture
def alice(make_account: Callable[..., SignedUp]) -> SignedUp:
    return make_account("alice")


def operate(client: Client, account: SignedUp, operation: str, reason: str = "asked for", **form: str) -> Any:
    url = reverse("admin:accounts_account_operate", args=[account.account_db_key])
    return client.post(url, {"operation": operation, "reason": reason} | form, follow=True)


def page_of(client: Client, account: SignedUp) -> str:
    return str(client.get(page_url(Account, "change", account.account_db_key)).text)


def test_it_shows_sessions_passwords_and_the_trail_and_no_hash(
    alice: SignedUp, console: LogIn, bearer: Callable[[int], dict[str, str]]
) -> None:
    bearer(alice.account_db_key)
    _change(
        account_db_key=alice.account_db_key,
        old_password_hash="!",
        new_password_hash="a-hash-nobody-may-see",
        change_reason="USER_REQUESTED",
        changed_by_ip="10.7.7.7",
        kept_session_id=None,
        event_id=new_public_id(),
    )
    Account.objects.filter(pk=alice.account_db_key).update(
        email="new@example.com", changed_by=77, change_reason="by letter"
    )
    page = page_of(console(OPERATOR), alice)
    for text in ("127.0.0.1", "10.7.7.7", "alice@example.com", "new@example.com", "by letter", "77", "Audit trail"):
        assert text in page, text
    assert "a-hash-nobody-may-see" not in page
    assert 'id="account-operate"' not in page, "operators look"


def test_an_administrator_blocks_with_an_end_and_a_reason(
    alice: SignedUp, console: LogIn, client: Client, bearer: Callable[[int], dict[str, str]]
) -> None:
    headers = bearer(alice.account_db_key)
    assert client.get(ALARMS, headers=headers).status_code == 200
    administrator = console(ADMINISTRATOR)
    assert 'id="account-operate"' in page_of(administrator, alice)
    answer = operate(administrator, alice, "block", "spam", until="2031-01-02T03:04")
    assert "Done: Block" in answer.text
    account = Account.objects.get(pk=alice.account_db_key)
    assert (account.account_status, account.block_endtime) == ("Blocked", datetime(2031, 1, 2, 3, 4, tzinfo=UTC))
    assert client.get(ALARMS, headers=headers).status_code == 401
    row = AccountAudit.objects.filter(account=account).get()
    assert (row.subject, row.new_value, row.reason) == ("account_status", "Blocked", "spam")
    assert row.changed_by == Account.objects.get(account_level=ADMINISTRATOR).pk


def test_each_operation_is_written_down(
    alice: SignedUp, console: LogIn, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(tasks.code_send, "delay", tasks.code_send.run)
    settings.THROTTLES = settings.THROTTLES | {"writes": (1, 60), "login_tries": (1, 60)}
    who = f"{alice.account_db_key}:10.0.0.1"
    throttling.count("login_tries", who)
    throttling.count("writes", alice.account_db_key)
    SecondFactor.objects.create(
        account_id=alice.account_db_key, secret="x", created_at=datetime.now(UTC), confirmed_at=datetime.now(UTC)
    )
    now = datetime.now(UTC)
    ends_at = now + timedelta(days=5)
    Payment.objects.filter(live_account=alice.account_db_key).update(
        starts_at=now, expires_at=ends_at, access_until=ends_at
    )
    administrator = console(ADMINISTRATOR)
    for name, operation in OPERATIONS.items():
        assert f"Done: {operation.title}" in operate(administrator, alice, name, f"because of {name}").text
    reasons = AccountAudit.objects.filter(account_id=alice.account_db_key).values_list("reason", flat=True)
    assert sorted(reason.removeprefix("30 days: ") for reason in reasons) == sorted(
        f"because of {name}" for name in OPERATIONS
    )
    assert Payment.objects.get(live_account=alice.account_db_key).expires_at == ends_at + timedelta(days=30)
    assert [message.to for message in mail.outbox] == [["alice@example.com"]]
    assert not SecondFactor.objects.exists()
    throttling.count("login_tries", who)
    throttling.count("writes", alice.account_db_key)
    with pytest.raises(Throttled):
        throttling.count("writes", alice.account_db_key)


def test_what_cannot_be_done_is_said_and_changes_nothing(alice: SignedUp, console: LogIn) -> None:
    administrator = console(ADMINISTRATOR)
    assert "A reason is needed" in operate(administrator, alice, "block", " ").text
    assert "not a time" in operate(administrator, alice, "block", "x", until="soon").text
    assert operate(administrator, alice, "delete").status_code == 403
    assert operate(console(OPERATOR), alice, "block").status_code == 403
    url = reverse("admin:accounts_account_operate", args=[alice.account_db_key])
    assert administrator.get(url).status_code == 405
    Account.objects.filter(pk=alice.account_db_key).update(account_status="Withdrawn")
    AccountAudit.objects.all().delete()
    assert "has withdrawn" in operate(administrator, alice, "unblock").text
    assert not AccountAudit.objects.exists()


def test_it_shows_plan_methods_devices_and_masked_keys(alice: SignedUp, console: LogIn) -> None:
    key = alice.account_db_key
    api_keys_save(account_db_key=key, polygon_key="planted-polygon-key-9876")
    payment_method_add(account_db_key=key, provider_token="ok_4242")
    device_register(account_db_key=key, push_token="planted-push-token", device_type="ios", device_name="Phone")
    plan_change(account_db_key=key, payment_plan="BASIC")
    page = page_of(console(OPERATOR), alice)
    for text in ("Basic", "9900 KRW", "Succeeded", "Local card", "4242", "****9876", "Phone"):
        assert text in page, text
    for secret in ("planted-polygon-key", "ok_4242", "planted-push-token", "local:"):
        assert secret not in page, secret


def test_its_top_says_what_counts_now_and_who_is_refused(alice: SignedUp, console: LogIn, settings: Any) -> None:
    settings.THROTTLES = settings.THROTTLES | {"writes": (1, 60), "login_tries": (9, 60)}
    throttling.count("login_tries", f"{alice.account_db_key}:::1")
    throttling.count("login_tries", f"{alice.account_db_key}1:10.0.0.1")  # another account's
    for _ in range(2):
        with suppress(Throttled):
            throttling.count("writes", alice.account_db_key)
    answer = console(OPERATOR).get(page_url(Account, "change", alice.account_db_key))
    assert dict(answer.context["summary"]) == {
        "Standing": "Normal",
        "Plan": "Free, active",
        "Live sessions": "0",
        "Second factor": "off",
        "Refused now": "writes",
        "Last change": "none",
    }
    (throttles,) = (part["table"]["rows"] for part in answer.context["parts"] if part["title"] == "Throttles")
    assert [row[:4] for row in throttles] == [["writes", "the account", 2, 1], ["login_tries", "::1", 1, 9]]
    assert all(0 < row[4] <= 60 for row in throttles)


def test_a_plan_is_extended_to_a_day_and_only_forwards(alice: SignedUp, console: LogIn) -> None:
    key, administrator = alice.account_db_key, console(ADMINISTRATOR)
    assert "free plan" in operate(administrator, alice, "extend_plan").text
    payment_method_add(account_db_key=key, provider_token="ok_4242")
    before = plan_change(account_db_key=key, payment_plan="BASIC").expires_at
    assert before
    until = before + timedelta(days=9, hours=1)
    assert "Done: Extend plan" in operate(administrator, alice, "extend_plan", until=f"{until:%Y-%m-%dT%H:%M}").text
    assert "as long already" in operate(administrator, alice, "extend_plan", until="2020-01-01T00:00").text
    assert Payment.objects.get(live_account=key).expires_at == before + timedelta(days=10)


def test_nobody_blocks_himself(console: LogIn) -> None:
    administrator = console(ADMINISTRATOR)
    me = Account.objects.get(account_level=ADMINISTRATOR)
    url = reverse("admin:accounts_account_operate", args=[me.pk])
    assert "your own account" in administrator.post(url, {"operation": "block", "reason": "x"}, follow=True).text
    assert Account.objects.get(pk=me.pk).account_status == "Normal"
