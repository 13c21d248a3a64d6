"""Notification settings: one truth on the global database, a copy on the account's shard; the newer version wins."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import NOTIFICATION_DEFAULTS, Profile
from accounts.procedures import SignedUp
from accounts.profiles.services import notification_settings_update, profile_update
from notifications import procedures, settings_copy
from notifications.models import NotificationSettings
from notifications.types import DEFAULT_LANGUAGE
from shards.exceptions import AccountNotOnShard
from shards.models import AccountResidence, UniversalOutbox
from shards.outbox.service import consume_all, relay_all
from shards.routines import SQL
from shards.scope import on_shard
from tests.weakened import weakened

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
URL = "/api/v1/profile/notification-settings"


@pytest.fixture
def key(make_account: Callable[..., SignedUp]) -> int:
    return make_account(shard=2).account_db_key


def deliver() -> None:
    relay_all()
    consume_all()


def copy_of(key: int) -> dict[str, Any] | None:
    with on_shard(2):
        return NotificationSettings.objects.filter(pk=key).values(*NOTIFICATION_DEFAULTS, "version").first()


def test_sign_up_gives_the_one_set_of_defaults(
    client: Client, key: int, bearer: Callable[[int], dict[str, str]]
) -> None:
    assert client.get(URL, headers=bearer(key)).json() == NOTIFICATION_DEFAULTS | {"notification_version": 0}
    assert copy_of(key) is None, "no copy means the defaults"


def test_what_sql_takes_for_a_missing_copy_are_the_same_defaults() -> None:
    assumed = {
        (name, value == "TRUE")
        for path in SQL.rglob("*.sql")
        for name, value in re.findall(r"COALESCE\(\s*\w+\.(\w+_enabled), (TRUE|FALSE)\)", path.read_text())
    }
    assert assumed
    assert assumed <= set(NOTIFICATION_DEFAULTS.items())


def test_a_change_reaches_the_shard_by_its_event(
    client: Client, key: int, bearer: Callable[[int], dict[str, str]]
) -> None:
    mine = bearer(key)
    changed = client.patch(URL, {"trade_alert_enabled": False}, content_type="application/json", headers=mine)
    assert changed.json() == NOTIFICATION_DEFAULTS | {"trade_alert_enabled": False, "notification_version": 1}
    assert client.get(URL, headers=mine).json() == changed.json()
    deliver()
    assert copy_of(key) == NOTIFICATION_DEFAULTS | {"trade_alert_enabled": False, "version": 1}


def test_what_changes_nothing_tells_nobody(key: int) -> None:
    deliver()
    for flags in ({}, {"trade_alert_enabled": True}):
        assert notification_settings_update(account_db_key=key, **flags).notification_version == 0
    assert not UniversalOutbox.objects.using("default").exists()


@pytest.mark.parametrize("value", [None, 1, "true", "perhaps"])
def test_only_true_and_false_are_taken(
    client: Client, key: int, bearer: Callable[[int], dict[str, str]], value: Any
) -> None:
    answer = client.patch(URL, {"trade_alert_enabled": value}, content_type="application/json", headers=bearer(key))
    assert answer.status_code == 400


def test_an_older_version_that_comes_late_changes_nothing(key: int) -> None:
    flags = NOTIFICATION_DEFAULTS | {"account_db_key": key, "language": "en", "timezone": "Asia/Seoul"}
    new = flags | {"trade_alert_enabled": False, "notification_version": 5}
    old = flags | {"notification_version": 4}
    with on_shard(2):
        for settings in (new, old, new):
            assert settings_copy._put(settings=[settings]).held == 1
    assert copy_of(key) == NOTIFICATION_DEFAULTS | {"trade_alert_enabled": False, "version": 5}


def test_a_lost_change_is_found_by_comparing_both_sides(key: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_copy, "AT_ONCE", 1)
    notification_settings_update(account_db_key=key, sms_notifications_enabled=True)
    UniversalOutbox.objects.using("default").all().delete()  # as if it had never been sent
    assert settings_copy.copy_missing() == {"1": 0, "2": 1}
    assert copy_of(key) == NOTIFICATION_DEFAULTS | {"sms_notifications_enabled": True, "version": 1}
    assert settings_copy.copy_missing() == {"1": 0, "2": 0}


def test_the_copy_of_an_account_that_is_moving_waits(key: int) -> None:
    notification_settings_update(account_db_key=key, sms_notifications_enabled=True)
    with on_shard(2):
        AccountResidence.objects.filter(pk=key).update(state="moving")
    deliver()
    assert copy_of(key) is None
    with on_shard(2):
        assert procedures.notification_settings_put(settings=[{"account_db_key": key}]).held == 0
        AccountResidence.objects.filter(pk=key).update(state="active")
    assert settings_copy.copy_missing()["2"] == 1
    assert AccountNotOnShard.status == 503


def test_language_and_zone_follow_the_profile(key: int) -> None:
    profile_update(account_db_key=key, language="en", timezone="America/New_York")
    deliver()
    with on_shard(2):
        row = NotificationSettings.objects.get(pk=key)
    assert (row.language, row.timezone, row.version) == ("en", "America/New_York", 1)
    profile_update(account_db_key=key, language="en", theme="dark")
    deliver()
    profile_update(account_db_key=key, language="ko")
    UniversalOutbox.objects.using("default").all().delete()  # as if it had never been sent
    assert settings_copy.copy_missing()["2"] == 1
    with on_shard(2):
        row.refresh_from_db()
    assert (row.language, row.timezone, row.version) == ("ko", "America/New_York", 2)


def test_without_a_copy_the_language_is_the_profile_s_default(key: int) -> None:
    assert copy_of(key) is None
    profile = Profile.objects.get(pk=key)
    row = NotificationSettings()
    assert (row.language, row.timezone) == (profile.language, profile.timezone) == (DEFAULT_LANGUAGE, "Asia/Seoul")
    assumed = {
        found
        for path in SQL.rglob("fp_noti*.sql")
        for found in re.findall(r"COALESCE\(\w*\.?v?_?language, '(\w+)'\)", path.read_text())
    }
    assert assumed == {DEFAULT_LANGUAGE}


def versions_after(key: int, at_once: Callable[..., list[Any]]) -> tuple[int, int]:
    """The version, and how many of the eight said that they had changed something."""
    flags = list(NOTIFICATION_DEFAULTS)
    answers = at_once(
        lambda name: notification_settings_update(account_db_key=key, **{name: not NOTIFICATION_DEFAULTS[name]}), *flags
    )
    assert not [answer for answer in answers if isinstance(answer, Exception)], answers
    profile = Profile.objects.get(pk=key)
    assert all(getattr(profile, name) is not NOTIFICATION_DEFAULTS[name] for name in flags)
    return profile.notification_version, len({answer.notification_version for answer in answers})


def test_changes_at_once_each_have_a_version_of_their_own(key: int, at_once: Callable[..., list[Any]]) -> None:
    assert versions_after(key, at_once) == (7, 7)
    deliver()
    assert copy_of(key) == {name: not value for name, value in NOTIFICATION_DEFAULTS.items()} | {"version": 7}


def test_without_the_profile_s_lock_two_changes_would_share_a_version(
    key: int, at_once: Callable[..., list[Any]]
) -> None:
    with weakened("default", "fp_update_notification_settings", ("       FOR UPDATE;", ";\n    DO SLEEP(0.3);")):
        assert versions_after(key, at_once)[0] < 7
