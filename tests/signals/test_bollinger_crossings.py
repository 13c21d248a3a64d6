"""When a close crosses out of its band, and when it does not."""

import numpy as np
import pytest

from signals.bollinger import BUY, SELL, bollinger_bands, crossings, split_adjusted
from signals.market.sample import SampleMarket

CALM = [10.0, 10.2, 10.0, 10.2, 10.0, 10.2]  # a window of 6 with sigma 0.1 and bands at 9.9 and 10.3 (k = 2)


def signals(closes: list[float], window: int = 6, k: float = 2.0) -> list[int]:
    return [int(signal) for signal in crossings(closes, bollinger_bands(closes, window, k))]


def test_a_fall_out_of_the_band_is_a_buy_and_a_rise_a_sell() -> None:
    assert signals([*CALM, 5.0]) == [0, 0, 0, 0, 0, 0, BUY]
    assert signals([*CALM, 15.0]) == [0, 0, 0, 0, 0, 0, SELL]


def test_only_the_bar_that_crosses_fires() -> None:
    """Each close is further out than the one before, so that all of them lie below their own band."""
    closes = [*CALM, 9.0, 5.0, -40.0]
    assert (np.array(closes) < bollinger_bands(closes, 6).lower)[-3:].tolist() == [True, True, True]
    assert signals(closes)[-3:] == [BUY, 0, 0]


def test_falling_out_again_after_coming_back_fires_again() -> None:
    assert [bar for bar, signal in enumerate(signals([*CALM, 9.0, *CALM, 9.0])) if signal == BUY] == [6, 13]


def test_from_above_to_below_at_once_is_a_buy() -> None:
    assert signals([*CALM, 11.0, 5.0])[-2:] == [SELL, BUY]


def test_the_first_bar_with_a_band_never_fires() -> None:
    """There is no band that the bar before was inside of; the close does lie below its own."""
    closes = [10.0, 10.2, 10.0, 10.2, 10.0, 5.0]
    assert closes[-1] < bollinger_bands(closes, 6).lower[-1]
    assert signals(closes) == [0] * 6


def test_touching_the_band_is_not_crossing_it() -> None:
    """Every full window has a mean of 2 and a sigma of 1, so that each close is on a band."""
    closes = [3.0, 1.0, 3.0, 1.0, 3.0, 1.0]
    assert signals(closes, window=4, k=1.0) == [0] * 6


def test_a_flat_series_gives_none_at_any_k() -> None:
    assert signals([98.1] * 60, window=20, k=0.1) == [0] * 60


def test_leaving_a_flat_series_is_a_crossing() -> None:
    assert signals([10.0] * 8 + [9.99], window=6) == [0] * 8 + [BUY]


def test_a_gap_never_fires_nor_does_the_bar_after_it() -> None:
    closes = [*CALM, np.nan, 5.0, *CALM, 5.0]
    assert [bar for bar, signal in enumerate(signals(closes)) if signal] == [14]


def test_symbols_do_not_see_one_another() -> None:
    closes = np.array([[*CALM, 5.0], [*CALM, 10.0], [*CALM, 15.0]])
    found = crossings(closes, bollinger_bands(closes, 6))
    assert found.dtype == np.int8
    assert found[:, -1].tolist() == [BUY, 0, SELL]
    assert np.count_nonzero(found) == 2


@pytest.mark.parametrize("symbol", ["AAPL", "MSFT"])
def test_a_real_split_is_no_signal(symbol: str) -> None:
    """As traded, each of the three halvings is a false BUY; adjusted, the session has none."""
    market = SampleMarket()
    bars = list(market.bars([symbol], after=None, until=None))
    closes, sessions = [float(bar.close) for bar in bars], [bar.session for bar in bars]
    splits = market.splits([symbol])
    at = [sessions.index(split.session) for split in splits]
    adjusted = split_adjusted(closes, sessions, splits)
    assert [signals(closes, 20)[bar] for bar in at] == [BUY] * len(splits)
    assert [signals(adjusted.tolist(), 20)[bar] for bar in at] == [0] * len(splits)


def test_closes_before_a_split_are_divided_by_its_ratio() -> None:
    bars = list(SampleMarket().bars(["AAPL"], after=None, until=None))
    splits = SampleMarket().splits(["AAPL"])
    closes, sessions = np.array([float(bar.close) for bar in bars]), [bar.session for bar in bars]
    adjusted = split_adjusted(closes, sessions, splits)
    first, second = (sessions.index(split.session) for split in splits)
    assert (adjusted[:first] == closes[:first] / 4).all()
    assert (adjusted[first:second] == closes[first:second] / 2).all()
    assert (adjusted[second:] == closes[second:]).all()


def test_a_split_still_to_come_changes_nothing() -> None:
    bars = list(SampleMarket().bars(["AAPL"], after=None, until=None))[:50]
    closes = [float(bar.close) for bar in bars]
    assert split_adjusted(closes, [bar.session for bar in bars], SampleMarket().splits(["AAPL"])).tolist() == closes
