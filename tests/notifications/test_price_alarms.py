"""Price alarms: told once when a later close reaches the price, over splits, downtimes and races."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.procedures import SignedUp
from notifications.models import InappNotification, NotificationSettings, PriceAlarm
from notifications.prices import services
from notifications.prices.services import price_alarm_create, watch_all
from shards.models import AccountResidence
from shards.outbox.service import consume_all, relay_all
from shards.scope import on_shard
from signals.market import procedures as market
from signals.models import MarketBar, MarketSplit, MarketSymbol
from tests import explain
from tests.notifications.conftest import URL, Api

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
ALARMS = f"{URL}/price-alarms"
FIRST = 2  # January 2026


def close(day: int, price: Any, symbol: str = "TEST") -> None:
    MarketSymbol.objects.get_or_create(
        symbol=symbol,
        defaults={"company_name": "Test Inc", "exchange": "NYSE", "currency": "USD", "calendar": "XNYS"},
    )
    prices = dict.fromkeys(("open", "high", "low", "close"), str(price))
    bar = {"symbol": symbol, "session": f"2026-01-{day:02}", **prices, "volume": 1000}
    market.market_bars_put(source="test", bars=[bar])


def post(api: Api, **body: Any) -> Any:
    return api.client.post(ALARMS, body, content_type="application/json", headers=api.headers)


def told(key: int) -> list[str]:
    """Titles of what the account was told, after the watch ran and its events came."""
    watch_all()
    relay_all()
    consume_all()
    with on_shard(2):
        return list(
            InappNotification.objects.filter(account_db_key=key).order_by("idx").values_list("title", flat=True)
        )


def row() -> PriceAlarm:
    with on_shard(2):
        return PriceAlarm.objects.get()


def test_a_later_close_tells_once_and_the_alarm_says_when(api: Api) -> None:
    close(FIRST, 100)
    made = post(api, symbol="TEST", target_price="110")
    assert (made.status_code, made.json()["direction"]) == (201, "ABOVE")
    close(5, "109.99")
    assert told(api.key) == []
    close(6, 112)
    assert told(api.key) == ["TEST 110 도달"]
    close(7, 120)
    assert told(api.key) == ["TEST 110 도달"]
    (listed,) = api.get("/price-alarms")["results"]
    assert (listed["reached_on"], listed["reached_price"]) == ("2026-01-06", "112.000000")
    with on_shard(2):
        (message,) = InappNotification.objects.values_list("message", flat=True)
    assert message == "TEST 종가 112 (2026-01-06), 설정한 가격 110 이상."


def test_a_price_below_waits_for_a_fall_and_what_is_due_already_is_refused(api: Api) -> None:
    close(FIRST, 100)
    assert post(api, symbol="TEST", target_price="90.5").json()["direction"] == "BELOW"
    answer = post(api, symbol="TEST", target_price="100")
    assert (answer.status_code, answer.json()["code"]) == (400, "price_alarm_reached")
    assert post(api, symbol="NONE", target_price="100").json()["code"] == "symbol_unknown"
    close(5, 90)
    assert told(api.key) == ["TEST 90.5 도달"]


def test_price_alert_switches_it_off(api: Api) -> None:
    close(FIRST, 100)
    post(api, symbol="TEST", target_price="110")
    with on_shard(2):
        NotificationSettings.objects.create(account_db_key=api.key, price_alert_enabled=False)
    close(5, 111)
    assert told(api.key) == []
    assert row().reached_on == date(2026, 1, 5)


def test_days_that_were_missed_are_looked_at_in_order(api: Api) -> None:
    close(FIRST, 100)
    post(api, symbol="TEST", target_price="110")
    for day, price in ((5, 105), (6, 115), (7, 95), (8, 130)):
        close(day, price)
    assert told(api.key) == ["TEST 110 도달"]
    assert (row().reached_on, row().reached_price) == (date(2026, 1, 6), Decimal(115))


def test_a_split_is_no_fall(api: Api) -> None:
    close(FIRST, 500)
    post(api, symbol="TEST", target_price="480")
    post(api, symbol="TEST", target_price="520")
    MarketSplit.objects.create(symbol="TEST", session=date(2026, 1, 6), ratio=Decimal(4))
    close(5, 500)
    close(6, 125)
    assert told(api.key) == []
    close(7, 131)  # 524 in old shares
    assert told(api.key) == ["TEST 520 도달"]


def test_what_is_wrong_twice_too_many_or_another_s_is_refused(
    api: Api, make_account: Callable[..., SignedUp], bearer: Callable[[int], dict[str, str]]
) -> None:
    close(FIRST, 100)
    made = post(api, symbol="TEST", target_price="110")
    again = post(api, symbol="TEST", target_price="110.000000")
    assert (again.status_code, again.json()["code"]) == (409, "price_alarm_duplicate")
    for number in range(99):
        price_alarm_create(account_db_key=api.key, symbol="TEST", target_price=Decimal(200 + number))
    assert post(api, symbol="TEST", target_price="50").json()["code"] == "price_alarm_limit_reached"
    url = f"{ALARMS}/{made.json()['price_alarm_id']}"
    stranger = bearer(make_account(shard=2).account_db_key)
    assert api.client.delete(url, headers=stranger).json()["code"] == "price_alarm_unknown"
    assert api.client.delete(url, headers=api.headers).status_code == 204
    assert api.client.delete(url, headers=api.headers).status_code == 404
    assert post(api, symbol="TEST", target_price="50").status_code == 201
    assert post(api, symbol="TEST", target_price="-1").status_code == 400
    page = api.get("/price-alarms", limit=60)
    assert len(page["results"]) + len(api.get("/price-alarms", limit=60, cursor=page["next"])["results"]) == 100


def test_more_than_a_transaction_takes_and_who_has_moved_away(
    api: Api, make_account: Callable[..., SignedUp], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "ALARMS", 2)
    monkeypatch.setattr(services, "SYMBOLS", 1)
    moved = make_account(shard=2).account_db_key
    for symbol in ("AAA", "TEST"):
        close(FIRST, 100, symbol)
        price_alarm_create(account_db_key=moved, symbol=symbol, target_price=Decimal(110))
        for number in range(3):
            price_alarm_create(account_db_key=api.key, symbol=symbol, target_price=Decimal(110 + number))
        close(5, 115, symbol)
    with on_shard(2):
        AccountResidence.objects.filter(pk=moved).update(state="moved")
    assert watch_all() == {"1": 0, "2": 6}
    assert watch_all() == {"1": 0, "2": 0}
    assert len(told(api.key)) == 6


def test_an_alarm_that_is_made_while_the_watch_runs_misses_no_close(
    api: Api, at_once: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bar and the watch come while an alarm is being made: it knows the bar, or the watch comes behind it."""
    known = market.market_symbol_get
    close(FIRST, 100)

    def slow(*, symbol: str) -> Any:
        found = known(symbol=symbol)
        close(5, 120)
        at_once(lambda _: watch_all(), 1) if lock_is_out else None
        return found

    lock_is_out = False
    monkeypatch.setattr(market, "market_symbol_get", slow)
    price_alarm_create(account_db_key=api.key, symbol="TEST", target_price=Decimal(110))
    assert told(api.key) == ["TEST 110 도달"]

    lock_is_out = True
    monkeypatch.setattr(market, "market_progress_lock", _unlocked(market.market_progress_lock))
    MarketBar.objects.filter(session="2026-01-05").delete()
    price_alarm_create(account_db_key=api.key, symbol="TEST", target_price=Decimal(111))
    assert "TEST 111 도달" not in told(api.key), "without the lock the watch goes past it"


def _unlocked(lock: Callable[..., Any]) -> Callable[..., Any]:
    """The first caller, who makes the alarm, gets none."""
    calls = iter([False])
    return lambda *, name: lock(name=name) if next(calls, True) else None


def test_the_watch_reads_its_index() -> None:
    (plan,) = explain.plan(
        "shard_1",
        "SELECT price_alarm_id FROM table_price_alarms WHERE symbol = 'TEST' AND direction = 'ABOVE'"
        " AND waiting_price <= 110",
    )
    assert plan["key"] == "ix_price_alarm_waiting"
