"""Values over time from the ledger's days and the bars, and a rebalancing proposal, worked out by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from accounts.portfolio.market import Bar, Quote
from accounts.portfolio.procedures import Day, Position
from accounts.portfolio.rebalance import propose
from accounts.portfolio.valuation import holdings_of, series_of

D = Decimal
DAYS = [date(2012, 1, day) for day in (2, 3, 4, 5)]
NONE = D(0)


def bar(symbol: str, day: date, close: Any) -> Bar:
    return Bar(symbol, day, *(D(close),) * 4, 1000, D(1))


def quote(symbol: str, close: Any) -> Quote:
    return Quote(symbol, f"{symbol} Inc", "NYSE", "USD", DAYS[-1], D(close), 1000, None)


def position(symbol: str, quantity: Any, cost: Any, reserved: Any = 0) -> Position:
    now = datetime(2012, 1, 5, tzinfo=UTC)
    return Position(symbol, "STOCK", D(quantity), D(reserved), D(cost), NONE, D(7), "USD", now)


def test_values_follow_cash_shares_and_closes() -> None:
    days = [
        Day(DAYS[0], "", D(1000), NONE, D(1000)),
        Day(DAYS[1], "AAA", D(-501), D(10), NONE),
        Day(DAYS[3], "AAA", D(650), D(-10), NONE),
    ]
    bars = [bar("AAA", DAYS[0], 40), bar("AAA", DAYS[1], 50), bar("AAA", DAYS[3], 65)]  # none on the third day
    series = series_of(days, bars, DAYS)
    assert series.values.tolist() == [1000, 999, 999, 1149]
    assert series.flows.tolist() == [1000, 0, 0, 0]


def test_a_day_that_is_no_session_counts_from_the_next() -> None:
    days = [Day(DAYS[0], "", D(5), NONE, D(5)), Day(DAYS[1], "", D(3), NONE, D(3))]
    assert series_of(days, [], [DAYS[0], DAYS[2]]).values.tolist() == [5, 8]


def test_holdings_are_worth_their_latest_close() -> None:
    known, unknown = holdings_of([position("AAA", 10, 400), position("ZZZ", 1, 5)], [quote("AAA", 50)], D(493))
    assert (known.market_value, known.unrealized_profit, known.return_rate) == (D(500), D(100), D(25))
    assert (known.weight, unknown.weight) == (D("0.5"), D("0.007"))
    assert (unknown.current_price, unknown.market_value) == (None, D(7))


def plan(targets: dict[str, str], *, cash: Any = 500, reserved: Any = 0, least: Any = 0) -> list[tuple[str, str, int]]:
    quotes = {"AAA": quote("AAA", 50), "BBB": quote("BBB", 30)}
    holdings = holdings_of([position("AAA", 10, 400, reserved)], list(quotes.values()), D(cash))
    proposal = propose(
        cash=D(cash),
        holdings=holdings,
        quotes=quotes,
        targets={symbol: D(weight) for symbol, weight in targets.items()},
        commission_rate=D("0.0025"),
        min_trade_amount=D(least),
    )
    assert proposal.cash_after >= 0
    assert proposal.estimated_cost == sum((trade.commission for trade in proposal.trades), NONE)
    return [(trade.side, trade.symbol, int(trade.quantity)) for trade in proposal.trades]


@pytest.mark.parametrize(
    ("targets", "trades"),
    [
        ({"AAA": "0.5"}, []),  # as it is
        ({"AAA": "0.509"}, []),  # off by less than a hundredth
        ({"AAA": "0.3", "BBB": "0.3"}, [("SELL", "AAA", 4), ("BUY", "BBB", 10)]),
        ({}, [("SELL", "AAA", 10)]),
        ({"BBB": "1"}, [("SELL", "AAA", 10), ("BUY", "BBB", 33)]),
        ({"AAA": "0.5", "BBB": "0.5"}, [("BUY", "BBB", 16)]),  # 16.6 shares, of whole ones
    ],
)
def test_sales_come_first_and_purchases_fit_into_the_cash(targets: dict[str, str], trades: list[Any]) -> None:
    assert plan(targets) == trades


def test_reserved_shares_and_small_trades_are_left_alone() -> None:
    assert plan({}, reserved=7) == [("SELL", "AAA", 3)]
    assert plan({"AAA": "0.4"}, least=101) == []
    assert plan({"AAA": "0.4"}, least=100) == [("SELL", "AAA", 2)]
