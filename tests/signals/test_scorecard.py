"""Rates with their intervals, beside what a random day gives."""

from decimal import Decimal

import pytest

from signals.scorecard import Tally, scorecard, wilson


@pytest.mark.parametrize(
    ("wins", "count", "low", "high"),
    [
        (12, 20, 0.386582, 0.781193),  # spec: 20 signals at 60 % are 39 to 78 %
        (81, 263, 0.255, 0.366),  # Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilsons_interval_is_the_published_one(wins: int, count: int, low: float, high: float) -> None:
    found = wilson(wins, count)
    places = 3 if count == 263 else 4
    assert (round(found.low, places), round(found.high, places)) == (round(low, places), round(high, places))


def tally(rates: list[float]) -> Tally:
    values = [Decimal(str(rate)) for rate in rates]
    gains, losses = [v for v in values if v > 0], [v for v in values if v < 0]
    wins = sum(v >= 1 for v in values)
    return Tally(len(values), 0, wins, sum(gains, Decimal(0)), sum(losses, Decimal(0)), len(gains), len(losses))


def test_expectancy_is_freqtrades() -> None:
    """freqtrade tests/data/test_btanalysis.py: test_calculate_expectancy."""
    card = scorecard(tally([100, 200, 50, -150, 300, -100, 80, -30]), risen=None, fallen=None)
    assert card.expectancy == 56.25
    assert card.expectancy_ratio == pytest.approx(0.60267858, abs=1e-8)
    assert card.profit_factor == pytest.approx(730 / 280)


def test_a_headline_rate_is_withheld_under_thirty_signals_and_says_so() -> None:
    few = scorecard(tally([2.0] * 20 + [-1.0] * 9), risen=0.3, fallen=0.2)
    assert few.headline_win_rate is None
    assert few.headline.startswith("29 judged signals are too few for a rate (30 are needed)")
    assert few.win_rate == pytest.approx(100 * 20 / 29)
    enough = scorecard(tally([2.0] * 20 + [-1.0] * 10), risen=0.3, fallen=0.2)
    assert enough.headline_win_rate == pytest.approx(100 * 20 / 30)
    assert enough.headline == "66.7 % of 30 signals won: between 49 and 81 %."


def test_the_base_rate_is_of_the_same_mix_of_directions() -> None:
    card = scorecard(Tally(30, 10, 20, Decimal(40), Decimal(-20), 25, 15), risen=0.24, fallen=0.20)
    assert card.base_rate == pytest.approx(100 * (30 * 0.24 + 10 * 0.20) / 40)


def test_without_judged_signals_there_is_nothing_to_say() -> None:
    card = scorecard(Tally(0, 0, 0, Decimal(0), Decimal(0), 0, 0), risen=0.2, fallen=0.2)
    assert card.headline == "No signal has been judged yet."
    assert card[2:] == (None,) * 7


def test_without_a_loss_there_is_no_profit_factor() -> None:
    card = scorecard(tally([2.0, 0.5]), risen=None, fallen=None)
    assert (card.profit_factor, card.expectancy_ratio, card.base_rate) == (None, None, None)
    assert card.expectancy == 1.25
