"""A shard in maintenance: its accounts read and do not write, jobs go on, and nobody else notices."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import orjson
import pytest
from django.test import Client
from django.utils import timezone

from accounts.procedures import SignedUp
from notifications.models import InappNotification, InappNotificationStats
from shards import directory
from shards.models import ShardConfig
from shards.scope import on_shard
from signals import evaluation, fanout, scan, services
from signals.models import SignalAlarm, SignalHistory
from tests.admin_rows import make_row
from tests.signals.conftest import CALM, Feed, feed  # noqa: F401  # a fixture

pytestmark = pytest.mark.django_db(databases="__all__")

Headers = Callable[[int], dict[str, str]]

ALARMS = "/api/v1/signals/alarms"


@pytest.fixture
def maintained(
    make_account: Callable[..., SignedUp],
    feed: Feed,  # noqa: F811
    rereader: Callable[[], None],
) -> SignedUp:
    """An account with one alarm, on shard 1, which is in maintenance by now."""
    account = make_account(shard=1)
    feed(CALM)
    services.alarm_create(account_db_key=account.account_db_key, symbol="TEST")
    ShardConfig.objects.filter(shard_id=1).update(status=directory.MAINTENANCE)
    directory.refresh()
    return account


def test_its_accounts_read(maintained: SignedUp, client: Client, bearer: Headers) -> None:
    answer = client.get(ALARMS, headers=bearer(maintained.account_db_key))
    assert answer.status_code == 200
    assert [alarm["symbol"] for alarm in orjson.loads(answer.content)["results"]] == ["TEST"]


def test_what_looking_at_them_would_change_is_read_unchanged(
    maintained: SignedUp, client: Client, bearer: Headers
) -> None:
    key = maintained.account_db_key
    with on_shard(1):
        rows: list[Any] = [make_row(InappNotification, 1) for _ in range(3)]
        now = timezone.now()
        for row, at in zip(rows, (now, now, now - timedelta(days=1)), strict=True):
            row.account_db_key, row.is_read, row.read_at, row.leaves_at = key, True, now, at + timedelta(hours=1)
            row.save()
        InappNotificationStats.objects.create(
            account_db_key=key, date=now.date(), total_count=3, read_count=3, priority_1_count=3
        )
    url, headers = "/api/v1/notifications", bearer(key)
    newest_first = [str(row.notification_id) for row in reversed(rows[:2])]
    page = client.get(f"{url}?status=read&limit=1", headers=headers).json()
    rest = client.get(f"{url}?status=read&limit=1&cursor={page['next']}", headers=headers).json()
    assert [row["notification_id"] for row in page["results"] + rest["results"]] == newest_first
    assert rest["next"] is None
    (day,) = client.get(f"{url}/stats", headers=headers).json()["results"]
    assert (day["date"], day["total_count"], day["read_count"]) == (now.date().isoformat(), 3, 3)
    with on_shard(1):
        assert InappNotification.objects.filter(shown_at=None, is_deleted=False).count() == 3


def test_its_accounts_are_told_that_they_cannot_write_now(
    maintained: SignedUp, client: Client, bearer: Headers
) -> None:
    token: dict[str, Any] = {"headers": bearer(maintained.account_db_key), "content_type": "application/json"}
    with on_shard(1):
        alarm = SignalAlarm.objects.get()
    for answer in (
        client.post(ALARMS, {"symbol": "TEST"}, **token),
        client.patch(f"{ALARMS}/{alarm.alarm_id}", {"note": "new"}, **token),
        client.delete(f"{ALARMS}/{alarm.alarm_id}", **token),
    ):
        assert (answer.status_code, orjson.loads(answer.content)["code"]) == (503, "shard_maintenance")
        assert answer.headers["Retry-After"] == "30"
    with on_shard(1):
        assert list(SignalAlarm.objects.values_list("pk", "note", "is_deleted")) == [(alarm.pk, "", False)]


def test_the_other_shard_s_accounts_notice_nothing(
    maintained: SignedUp, make_account: Callable[..., SignedUp], client: Client, bearer: Headers
) -> None:
    mate = bearer(make_account(shard=2).account_db_key)
    answer = client.post(ALARMS, {"symbol": "TEST"}, headers=mate, content_type="application/json")
    assert answer.status_code == 201


def test_scan_fan_out_and_evaluation_go_on(maintained: SignedUp, feed: Feed) -> None:  # noqa: F811
    feed([90])
    assert scan.scan() == 1
    fanout.fan_out_all()
    feed([95])
    evaluation.evaluate_all()
    with on_shard(1):
        (signal,) = SignalHistory.objects.all()
    assert (signal.signal_type, signal.is_win) == ("BUY", True)
    assert signal.session > date(2012, 1, 3)
