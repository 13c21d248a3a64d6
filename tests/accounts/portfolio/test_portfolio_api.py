"""The portfolio's routes: what they answer, what they refuse, and how often they ask the databases."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.portfolio import settlement
from accounts.procedures import SignedUp
from shards.saga.driver import drive
from shards.scope import on_shard
from signals.models import MarketBar
from tests.accounts.portfolio.conftest import Feed

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

API = "/api/v1"
ORDER = {"client_order_id": "one", "symbol": "AAA", "side": "BUY", "order_type": "MARKET", "quantity": "10"}


class User:
    def __init__(self, headers: dict[str, str]) -> None:
        self.headers = headers
        self.client = Client()

    def get(self, path: str, status: int = 200) -> Any:
        answer = self.client.get(f"{API}/{path}", headers=self.headers)
        assert answer.status_code == status, answer.content
        return answer.json()

    def post(self, path: str, body: dict[str, Any] | None = None, status: int = 201) -> Any:
        answer = self.client.post(f"{API}/{path}", body or {}, content_type="application/json", headers=self.headers)
        assert answer.status_code == status, answer.content
        return answer.json()


@pytest.fixture
def users(
    make_account: Callable[..., SignedUp], bearer: Callable[[int], dict[str, str]], feed: Feed
) -> tuple[User, User]:
    """Two users of shard 1; AAA and BBB have one bar."""
    feed("AAA", 50)
    feed("BBB", 20)
    return User(bearer(make_account(shard=1).account_db_key)), User(bearer(make_account(shard=1).account_db_key))


def work() -> None:
    drive("shard_1")
    with on_shard(1):
        settlement.settle()


def test_a_cash_account_is_there_when_it_is_asked_for(users: tuple[User, User]) -> None:
    account = users[0].get("portfolio/account")
    assert {name: account[name] for name in ("balance", "reserved", "currency_code", "broker", "entry_no")} == {
        "balance": "100000.000000",
        "reserved": "0.000000",
        "currency_code": "USD",
        "broker": "paper",
        "entry_no": 1,
    }


def test_an_order_from_the_first_call_to_the_portfolio(users: tuple[User, User], feed: Feed) -> None:
    user, stranger = users
    order = user.post("portfolio/orders", ORDER)
    assert (order["state"], order["symbol"], order["price_cap"]) == ("reserved", "AAA", "52.500000")
    assert user.post("portfolio/orders", ORDER)["order_id"] == order["order_id"]
    work()
    feed("AAA", 50, 60)
    feed("BBB", 20, 20)
    work()
    shown = user.get(f"portfolio/orders/{order['order_id']}")
    assert (shown["state"], shown["filled_quantity"], shown["filled_amount"]) == ("filled", "10.000000", "500.250000")
    assert [row["order_id"] for row in user.get("portfolio/orders")["results"]] == [order["order_id"]]
    whole = user.get("portfolio?period=ALL")
    assert (whole["total_value"], whole["cash_balance"]) == ("100098.499375", "99498.499375")
    (held,) = whole["holdings"]
    assert (held["symbol"], held["market_value"], held["average_cost"]) == ("AAA", "600.000000", "50.150063")
    assert [point["value"] for point in whole["chart"]] == ["100000.00", "99998.50", "100098.50"]
    measured = whole["performance"]
    assert (measured["sessions"], measured["total_return"], measured["win_rate"]) == (2, "0.000985", "0.500000")
    assert (measured["benchmark"], measured["benchmark_return"]) == ("MARKET", "0.100000")
    assert user.get("portfolio?benchmark=AAA")["performance"]["benchmark_return"] == "0.200000"
    stranger.get(f"portfolio/orders/{order['order_id']}", status=404)
    stranger.post(f"portfolio/orders/{order['order_id']}/cancel", status=404)
    assert stranger.get("portfolio/orders")["results"] == []


def test_a_placed_order_is_cancelled_at_once_by_the_paper_broker(users: tuple[User, User]) -> None:
    user, _ = users
    order = user.post("portfolio/orders", ORDER | {"order_type": "LIMIT", "limit_price": "40", "time_in_force": "GTC"})
    work()
    cancelled = user.post(f"portfolio/orders/{order['order_id']}/cancel", status=200)
    assert (cancelled["state"], cancelled["reason"]) == ("cancelled", "its owner cancelled it")
    assert user.get("portfolio/account")["reserved"] == "0.000000"
    assert user.post(f"portfolio/orders/{order['order_id']}/cancel", status=200) == cancelled


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"symbol": "ZZZ"}, 400, "asset_unknown", "symbol"),
        ({"quantity": "2000"}, 409, "cash_insufficient", "quantity"),
        ({"side": "SELL"}, 409, "holding_insufficient", "quantity"),
        ({"quantity": "0"}, 400, "invalid", "quantity"),
        (
            {"quantity": "1e9", "order_type": "LIMIT", "limit_price": "1e9"},
            400,
            "price_too_high",
            "quantity",
        ),
        ({"limit_price": "5"}, 400, "invalid", "limit_price"),
        ({"order_type": "LIMIT"}, 400, "invalid", "limit_price"),
        ({"client_order_id": "with space"}, 400, "invalid", "client_order_id"),
        ({"order_type": "STOP"}, 400, "invalid", "order_type"),
    ],
)
def test_what_is_refused_says_why(
    users: tuple[User, User], change: dict[str, str], status: int, code: str, field: str
) -> None:
    refused = users[0].post("portfolio/orders", ORDER | change, status=status)
    assert (refused["code"], list(refused["fields"])) == (code, [field])
    assert users[0].get("portfolio/orders")["results"] == []


def test_a_rebalancing_proposal_names_its_trades_and_orders_nothing(users: tuple[User, User]) -> None:
    user, _ = users
    proposal = user.get("portfolio/rebalance?targets=AAA:0.5,BBB:0.25")
    assert [(trade["side"], trade["symbol"], trade["quantity"]) for trade in proposal["trades"]] == [
        ("BUY", "AAA", "1000"),
        ("BUY", "BBB", "1250"),
    ]
    assert (proposal["estimated_cost"], proposal["cash_after"]) == ("187.500000", "24812.500000")
    assert user.get("portfolio/orders")["results"] == []


def test_what_has_no_price_any_more_is_left_alone(users: tuple[User, User], feed: Feed) -> None:
    user, _ = users
    user.post("portfolio/orders", ORDER)
    work()
    feed("AAA", 50)
    work()
    MarketBar.objects.filter(symbol="AAA").delete()
    proposal = user.get("portfolio/rebalance?targets=BBB:0.25")
    assert [(trade["side"], trade["symbol"]) for trade in proposal["trades"]] == [("BUY", "BBB")]
    (held,) = user.get("dashboard")["holdings"]
    assert (held["current_price"], held["market_value"]) == (None, "500.250000")


@pytest.mark.parametrize(
    "query",
    [
        "targets=AAA:0.6,BBB:0.5",
        "targets=AAA:0.5,AAA:0.1",
        "targets=AAA:-1",
        "targets=AAA:NaN",
        "targets=AAA",
        "targets=AAA:0.5,ZZZ:0.5",
        "min_trade_amount=-1",
    ],
)
def test_targets_that_make_no_sense_are_refused(users: tuple[User, User], query: str) -> None:
    users[0].get(f"portfolio/rebalance?{query}", status=400)


@pytest.mark.parametrize("query", ["period=2Y", "benchmark=ZZZ"])
def test_a_period_or_benchmark_that_is_not_there_is_refused(users: tuple[User, User], query: str) -> None:
    users[0].get(f"portfolio?{query}", status=400)


def calls(user: User, path: str) -> int:
    """Database calls of one request, on all databases."""
    with ExitStack() as stack:
        counted = [stack.enter_context(CaptureQueriesContext(connections[alias])) for alias in ("default", "shard_1")]
        user.get(path)
        return sum(len(queries) for queries in counted)


def test_the_dashboard_asks_five_times_however_much_there_is(users: tuple[User, User], feed: Feed) -> None:
    user, _ = users
    user.get("dashboard")
    few = calls(user, "dashboard")
    for number, symbol in enumerate(("AAA", "BBB") * 3):
        user.post("portfolio/orders", ORDER | {"client_order_id": str(number), "symbol": symbol})
    work()
    feed("AAA", 50)
    feed("BBB", 20)
    work()
    page = user.get("dashboard")
    assert [part["symbol"] for part in page["allocation"]] == ["AAA", "BBB", "CASH"]
    assert page["signal_score_card"]["total_signals"] == 0
    assert page["recent_alerts"] == []
    assert page["assets"]["stock_value"] == "2100.000000"
    assert (few, calls(user, "dashboard")) == (5, 5)


def test_an_order_that_is_not_there_is_unknown(users: tuple[User, User]) -> None:
    assert users[0].get(f"portfolio/orders/{uuid4()}", status=404)["code"] == "order_unknown"
