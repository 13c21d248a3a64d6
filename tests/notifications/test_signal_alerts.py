"""A signal becomes one notification for each account that wants it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.procedures import SignedUp
from notifications import consumers
from notifications.models import InappNotification, NotificationSettings
from shards.outbox import service as outbox
from shards.scope import on_shard
from signals import fanout, scan, services
from signals.models import MarketBar, MarketSymbol, SignalHistory

pytestmark = pytest.mark.django_db(databases="__all__")
URL = "/api/v1/notifications"
CLOSES = [101, 99] * 10


@pytest.fixture
def accounts(make_account: Callable[..., SignedUp]) -> list[int]:
    """Three accounts on shard 1 whose alarms a falling close will fire."""
    bars = [(f"2012-02-{day:02}", close) for day, close in enumerate(CLOSES, 1)]
    MarketSymbol.objects.create(symbol="TEST", company_name="Test", exchange="NYSE", currency="USD", calendar="XNYS")
    bar(bars)
    keys = [make_account(shard=1).account_db_key for _ in range(3)]
    for key in keys:
        services.alarm_create(account_db_key=key, symbol="TEST")
    bar([("2012-02-21", 90)])
    return keys


def bar(bars: list[tuple[str, int]]) -> None:
    for session, close in bars:
        MarketBar.objects.create(
            symbol="TEST", session=session, open=close, high=close, low=close, close=close, volume=1, source="test"
        )


def deliver() -> None:
    scan.scan()
    fanout.fan_out_all()
    outbox.relay_all()
    outbox.consume_all()


def rows() -> list[InappNotification]:
    with on_shard(1):
        return list(InappNotification.objects.order_by("account_db_key"))


def test_every_account_is_told_of_its_own_signal(accounts: list[int]) -> None:
    deliver()
    found = rows()
    assert [row.account_db_key for row in found] == accounts
    with on_shard(1):
        signals = dict(SignalHistory.objects.values_list("account_db_key", "signal_id"))
    assert {row.account_db_key: row.source_id for row in found} == signals
    assert {(row.type_id, row.priority, row.is_read) for row in found} == {("SIGNAL_ALERT", 2, False)}
    assert found[0].title == "TEST: BUY 시그널"
    assert found[0].message == "TEST 종가 90.000000 (2012-02-21), 볼린저 밴드 하단 이탈."


def test_who_switched_trade_alerts_off_is_not_told(accounts: list[int]) -> None:
    with on_shard(1):
        NotificationSettings.objects.create(account_db_key=accounts[1], trade_alert_enabled=False)
        NotificationSettings.objects.create(account_db_key=accounts[2], trade_alert_enabled=True)
    deliver()
    assert [row.account_db_key for row in rows()] == [accounts[0], accounts[2]]


def test_handling_the_event_again_tells_nobody_twice(accounts: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "ACCOUNTS_PER_BATCH", 2)
    deliver()
    before = [vars(row) for row in rows()]
    with on_shard(1):
        from shards.outbox.models import OutboxConsumer, OutboxEvent

        OutboxConsumer.objects.filter(consumer="notifications").delete()  # as if killed before the progress was kept
    from config.redis import streams

    streams().flushdb()
    outbox.relay_all()
    with on_shard(1):
        published = OutboxEvent.objects.count()
    assert outbox.consume_all()["notifications"]["shard_1"] == published
    after = [vars(row) for row in rows()]
    for row in (*before, *after):
        row.pop("_state")
    assert after == before


def test_the_list_shows_unread_first_asked_and_read_when_marked(
    client: Client, accounts: list[int], bearer: Callable[[int], dict[str, str]]
) -> None:
    deliver()
    mine, others = bearer(accounts[0]), bearer(accounts[1])
    (unread,) = listed(client, mine)["results"]
    assert (unread["type_id"], unread["is_read"], unread["data"]["symbol"]) == ("SIGNAL_ALERT", False, "TEST")
    url = f"{URL}/{unread['notification_id']}/read"
    stranger = client.post(url, headers=others)
    assert (stranger.status_code, stranger.json()["code"]) == (404, "notification_unknown")
    read = client.post(url, headers=mine).json()
    assert read["is_read"] is True
    assert client.post(url, headers=mine).json() == read
    assert listed(client, mine)["results"] == []
    assert listed(client, mine, status="read")["results"] == [read]
    assert listed(client, mine, status="all")["results"] == [read]
    assert len(listed(client, others)["results"]) == 1


def test_pages_of_notifications_have_no_gap(
    client: Client, accounts: list[int], bearer: Callable[[int], dict[str, str]]
) -> None:
    bar([(f"2012-03-{day:02}", close) for day, close in enumerate([*CLOSES, 110], 1)])
    deliver()
    mine = bearer(accounts[0])
    first = listed(client, mine, limit=1)
    second = listed(client, mine, limit=1, cursor=first["next"])
    assert second["next"] is None
    assert {row["data"]["signal_type"] for row in first["results"] + second["results"]} == {"BUY", "SELL"}


def listed(client: Client, headers: dict[str, str], **query: Any) -> Any:
    answer = client.get(URL, query, headers=headers)
    assert answer.status_code == 200, answer.content
    return answer.json()
