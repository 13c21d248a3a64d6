"""The sample market against facts of the real one."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from signals.market import Bar, Split, market_data
from signals.market.sample import SampleMarket

EVERY = ("AAPL", "GOOG", "IBM", "MSFT")
SPLITS = [
    Split("AAPL", date(2000, 6, 21), Decimal(2)),
    Split("MSFT", date(2003, 2, 18), Decimal(2)),
    Split("AAPL", date(2005, 2, 28), Decimal(2)),
]


def test_it_offers_four_symbols_with_their_sessions() -> None:
    market = SampleMarket()
    assert [symbol.symbol for symbol in market.symbols()] == list(EVERY)
    assert {symbol.calendar for symbol in market.symbols()} == {"XNYS"}
    bars = list(market.bars(EVERY, after=None, until=None))
    count = {name: sum(bar.symbol == name for bar in bars) for name in EVERY}
    assert count == {"AAPL": 3270, "GOOG": 2148, "IBM": 3270, "MSFT": 3270}


def test_a_bar_is_as_traded_with_six_places() -> None:
    bar = next(SampleMarket().bars(["AAPL"], after=None, until=None))
    expected = Bar(
        "AAPL",
        date(2000, 3, 1),
        Decimal("118.560000"),
        Decimal("132.060000"),
        Decimal("118.500000"),
        Decimal("130.310000"),
        9616100,
    )
    assert bar == expected
    assert bar.close.as_tuple().exponent == -6


def test_bars_come_by_session_then_symbol_after_one_day_until_another() -> None:
    bars = SampleMarket().bars(["MSFT", "AAPL", "NOPE"], after=date(2013, 2, 27), until=date(2013, 2, 28))
    assert [(bar.session, bar.symbol) for bar in bars] == [(date(2013, 2, 28), "AAPL"), (date(2013, 2, 28), "MSFT")]
    days = [bar.session for bar in SampleMarket().bars(["IBM"], after=date(2013, 2, 22), until=None)]
    assert days == [date(2013, 2, 25), date(2013, 2, 26), date(2013, 2, 27), date(2013, 2, 28), date(2013, 3, 1)]
    every = [(bar.session, bar.symbol) for bar in SampleMarket().bars(EVERY, after=None, until=None)]
    assert every == sorted(every)


def test_prices_of_every_bar_are_consistent() -> None:
    for bar in SampleMarket().bars(EVERY, after=None, until=None):
        assert 0 < bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high, bar


def test_splits_are_the_three_real_ones() -> None:
    assert SampleMarket().splits(EVERY) == SPLITS
    assert SampleMarket().splits(["IBM", "GOOG"]) == []


@pytest.mark.parametrize("split", SPLITS)
def test_the_traded_price_halves_on_the_session_of_a_split(split: Split) -> None:
    """And the session before does not: the row names the first session at the new price."""
    bars = list(SampleMarket().bars([split.symbol], after=None, until=split.session))
    earlier, before, at = bars[-3:]
    assert at.session == split.session
    assert float(at.open / before.close) == pytest.approx(0.5, rel=0.05)
    assert float(before.close / earlier.close) == pytest.approx(1, rel=0.1)


def test_nothing_else_halves_but_apples_warning_of_2000() -> None:
    """AAPL fell 52 % on 2000-09-29 after a profit warning: a fall, not a split, and so it stays one."""
    bars = list(SampleMarket().bars(EVERY, after=None, until=None))
    falls = set()
    for name in EVERY:
        own = [bar for bar in bars if bar.symbol == name]
        falls |= {(name, bar.session) for prior, bar in pairwise(own) if bar.open / prior.close < Decimal("0.7")}
    assert falls == {(split.symbol, split.session) for split in SPLITS} | {("AAPL", date(2000, 9, 29))}


def test_the_settings_choose_the_adapter(settings: Any) -> None:
    settings.MARKET_DATA = "signals.market.sample.SampleMarket"
    assert market_data().source == "sample"
