"""Leaving: sessions end, a grace period to stay after all, then personal data is gone from every database."""

from collections.abc import Callable
from datetime import timedelta
from time import sleep
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, connections
from django.test import Client
from django.utils import timezone

from accounts.api_keys.services import api_keys_save
from accounts.devices.services import device_register
from accounts.models import Account, AccountErasure, ApiKeys, Device, ProfileImage
from accounts.payments.services import payment_method_add
from accounts.procedures import SignedUp
from accounts.profiles.services import profile_update
from accounts.withdrawal import holdings, selectors, services
from accounts.withdrawal.exceptions import AccountNotWithdrawing, WithdrawalFinal, WithdrawalNotRequested
from accounts.withdrawal.holdings import KEPT, models_of
from shards.exceptions import AccountUnknown, ShardUnavailable
from shards.models import AccountResidence
from shards.router import scope_of
from shards.scope import Scope, on_shard
from tests.weakened import failing, weakened

pytestmark = pytest.mark.django_db(databases="__all__")
really = pytest.mark.django_db(transaction=True, databases="__all__")
URL = "/api/v1/profile/withdrawal"
JSON = "application/json"
PASSWORD = "correct horse 7"
PERSONAL = ("alice", "Alicia", "+821012345678", "date(1990, 2, 28)", "token-of-alice-s-phone", "ok_7777", "7777")


@pytest.fixture
def key(make_account: Callable[..., SignedUp]) -> int:
    """An account with something in many tables."""
    key = make_account("alice", shard=1).account_db_key
    Account.objects.filter(pk=key).update(password=make_password(PASSWORD))
    profile_update(
        account_db_key=key, nickname="Alicia", phone_number="+821012345678", birth_date="1990-02-28", gender="F"
    )
    device_register(account_db_key=key, push_token="token-of-alice-s-phone", device_type="ios")
    api_keys_save(account_db_key=key, polygon_key="planted-polygon-key")
    payment_method_add(account_db_key=key, provider_token="ok_7777")
    return key


def leave(key: int, *, days_ago: float = 31) -> None:
    services.withdrawal_request(account_db_key=key, current_password=PASSWORD)
    Account.objects.filter(pk=key).update(withdraw_time=timezone.now() - timedelta(days=days_ago))


def texts(key: int) -> str:
    """Everything that any table of the global database or of shard 1 holds in any row of this account."""
    found = []
    for scope, alias in ((Scope.GLOBAL, "default"), (Scope.SHARD, "shard_1")):
        for model in models_of(scope):
            with connections[alias].cursor() as cursor:
                cursor.execute(f"SELECT * FROM {model._meta.db_table} WHERE account_db_key = %s", [key])  # noqa: S608
                found += [f"{model._meta.db_table}: {row}" for row in cursor.fetchall()]
    return "\n".join(found)


def test_leaving_ends_every_session_and_staying_is_possible(
    client: Client, key: int, bearer: Callable[[int], dict[str, str]]
) -> None:
    mine = bearer(key)
    wrong = client.post(URL, {"current_password": "wrong"}, content_type=JSON, headers=mine)
    assert (wrong.status_code, wrong.json()["code"]) == (400, "password_wrong")
    assert client.post(URL, {"current_password": PASSWORD}, content_type=JSON, headers=mine).status_code == 204
    assert client.get("/api/v1/profile", headers=mine).status_code == 401
    body = {"account_id": "alice", "password": PASSWORD}
    again = client.post("/api/v1/auth/login", body, content_type=JSON)
    assert again.status_code == 200
    back = {"authorization": f"Bearer {again.json()['token']}"}
    assert client.get("/api/v1/profile", headers=back).json()["withdraw_time"] is not None
    assert [client.delete(URL, headers=back).status_code for _ in range(2)] == [204, 409]
    account = Account.objects.get(pk=key)
    assert (account.withdraw_time, account.withdraw_cancel_count, account.account_status) == (None, 1, "Normal")
    assert services.erase_due() == {"erased": 0, "waiting": 0}


def test_when_the_grace_is_over_nothing_personal_is_left(key: int) -> None:
    before = texts(key)
    assert [word for word in PERSONAL if word not in before] == []
    leave(key)
    assert services.erase_due() == {"erased": 1, "waiting": 0}
    after = texts(key)
    assert [word for word in PERSONAL if word.lower() in after.lower()] == []
    account = Account.objects.get(pk=key)
    assert (account.account_status, account.account_id, account.password) == ("Withdrawn", f"withdrawn-{key}", "!")
    assert (account.withdraw_time, account.birth_date, account.phone_number) == (None, None, None)
    assert not any(model.objects.filter(account=key).exists() for model in (ApiKeys, Device, ProfileImage))
    erasure = AccountErasure.objects.get(account=key)
    assert erasure.erased_rows["table_user_devices"] == 1
    assert services.erase_due() == {"erased": 0, "waiting": 0}, "once"


def test_nobody_logs_in_to_what_was_erased_and_the_name_is_free_again(
    client: Client, key: int, make_account: Callable[..., SignedUp]
) -> None:
    leave(key)
    services.erase_due()
    answer = client.post("/api/v1/auth/login", {"account_id": "alice", "password": PASSWORD}, content_type=JSON)
    assert answer.status_code == 401
    assert make_account("alice").account_db_key != key


def test_within_the_grace_nothing_is_erased_and_after_it_nobody_stays(key: int) -> None:
    leave(key, days_ago=29)
    assert services.erase_due() == {"erased": 0, "waiting": 0}
    with pytest.raises(AccountNotWithdrawing):
        services.account_erase(account_db_key=key)
    leave(key)
    with pytest.raises(WithdrawalFinal):
        services.withdrawal_cancel(account_db_key=key)


def test_what_cannot_be_is_refused_by_name(key: int) -> None:
    with pytest.raises(WithdrawalNotRequested):
        services.withdrawal_cancel(account_db_key=key)
    with pytest.raises(AccountUnknown):
        services.withdrawal_cancel(account_db_key=1)
    with pytest.raises(AccountUnknown):
        services.withdrawal_request(account_db_key=1, current_password=PASSWORD)


def test_an_account_on_a_shard_that_is_down_waits(key: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(**_: Any) -> int:
        raise ShardUnavailable(1)

    leave(key)
    monkeypatch.setattr(services, "_delete_on_shard", down)
    assert services.erase_due() == {"erased": 0, "waiting": 1}
    assert Account.objects.get(pk=key).account_status == "Withdrawn", "but nobody logs in any more"
    monkeypatch.undo()
    assert services.erase_due() == {"erased": 1, "waiting": 0}


def test_every_table_that_names_an_account_is_erased_or_stays_for_a_reason() -> None:
    """A model that another app adds is found by its column; there must be none without it by accident."""
    tables = {model._meta.db_table for scope in (Scope.GLOBAL, Scope.SHARD) for model in models_of(scope)}
    assert tables >= KEPT
    assert {"table_signal_alarms", "table_signal_history", "table_inapp_notifications"} <= tables - KEPT
    unowned = {
        model._meta.db_table
        for model in apps.get_models()
        if scope_of(model) is Scope.SHARD and model._meta.db_table not in tables
    }
    assert not {table for table in unowned if "user" in table or "account" in table}


@really
def test_a_failure_at_any_table_is_made_good_by_the_next_run(key: int) -> None:
    for event, alias, table in (
        ("DELETE", "default", "table_user_api_keys"),
        ("DELETE", "default", "table_user_devices"),
        ("UPDATE", "default", "table_payment_methods"),
        ("INSERT", "default", "table_account_erasures"),
    ):
        leave(key)
        with failing(alias, event, table):
            assert services.erase_due() == {"erased": 0, "waiting": 1}
        assert not AccountErasure.objects.exists()
    assert services.erase_due() == {"erased": 1, "waiting": 0}


def stayed_and_gone(key: int, at_once: Callable[..., list[Any]]) -> list[str]:
    """The account stays after all at the very moment in which its grace period ends for the job."""
    services.withdrawal_request(account_db_key=key, current_password=PASSWORD)
    Account.objects.filter(pk=key).update(withdraw_time=timezone.now() - timedelta(days=30, seconds=-0.15))

    def late() -> None:
        sleep(0.2)
        services.account_erase(account_db_key=key)

    answers = at_once(lambda work: work(), lambda: services.withdrawal_cancel(account_db_key=key), late)
    return [type(answer).__name__ for answer in answers]


UPDATE = "    UPDATE table_accountid\n       SET withdraw_time"
SLOWLY = (UPDATE, f"    DO SLEEP(0.4);\n{UPDATE}")


@really
def test_who_stays_is_not_erased(key: int, at_once: Callable[..., list[Any]]) -> None:
    with weakened("default", "fp_account_withdrawal_cancel", SLOWLY):
        assert stayed_and_gone(key, at_once) == ["NoneType", "AccountNotWithdrawing"]
    assert Account.objects.get(pk=key).account_status == "Normal"
    assert Device.objects.filter(account=key).exists()


@really
def test_without_the_account_s_lock_one_who_was_told_to_stay_would_be_erased(
    key: int, at_once: Callable[..., list[Any]]
) -> None:
    with weakened("default", "fp_account_withdrawal_cancel", SLOWLY, ("       FOR UPDATE;", ";")):
        assert stayed_and_gone(key, at_once)[0] == "NoneType"
    assert Account.objects.get(pk=key).account_status == "Withdrawn"
    assert not Device.objects.filter(account=key).exists()


def test_rows_that_point_at_each_other_are_said_not_looped_over(key: int) -> None:
    def stuck(**_: Any) -> int:
        raise IntegrityError("1451")

    with pytest.raises(IntegrityError, match="point at each other"):
        services._delete_all(list(models_of(Scope.SHARD)), key, stuck, {})


def test_an_export_has_all_rows_and_no_secret(
    client: Client, key: int, bearer: Callable[[int], dict[str, str]], make_account: Callable[..., SignedUp]
) -> None:
    stranger = make_account("bob", shard=1).account_db_key
    answer = client.get("/api/v1/profile/export", headers=bearer(key))
    assert (answer.status_code, answer["Content-Disposition"]) == (200, 'attachment; filename="export.json"')
    exported = answer.json()
    assert exported["account"]["table_accountid"][0]["email"] == "alice@example.com"
    assert exported["account"]["table_user_devices"][0]["device_type"] == "ios"
    assert exported["rows"]["table_account_residence"][0]["account_db_key"] == key
    text = answer.content.decode()
    for secret in ("argon2", "token-of-alice-s-phone", "planted", "local:", "ok_7777", f"token-of-{key}"):
        assert secret not in text
    keys = {row.get("account_db_key") for part in ("account", "rows") for t in exported[part].values() for row in t}
    assert keys == {key}
    assert stranger not in keys
    assert selectors.export(account_db_key=key)["account_db_key"] == key
    with on_shard(1):
        assert AccountResidence.objects.filter(pk=key).exists()
    assert holdings.AT_ONCE > 0
