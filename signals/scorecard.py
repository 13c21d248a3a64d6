"""How a strategy did, from counts and sums of its judged signals. Pure calculation.

The counts are few, so every rate comes with its Wilson interval (Wilson, "Probable Inference, the Law of Succession,
and Statistical Inference", JASA 1927) and beside what a random day would have given; under `ENOUGH` signals no headline
rate is given at all.
"""

from decimal import Decimal
from math import sqrt
from typing import NamedTuple

ENOUGH = 30
Z = 1.959963984540054  # two-sided 95 %


class Interval(NamedTuple):
    low: float
    high: float


class Tally(NamedTuple):
    """Judged signals of one strategy; profit rates in per cent, signed by direction."""

    buys: int
    sells: int
    wins: int  # at least 1 %
    gain: Decimal  # the sum of the positive rates
    loss: Decimal  # the sum of the negative ones, not positive
    gains: int
    losses: int


class Headline(NamedTuple):
    headline_win_rate: float | None  # None under ENOUGH signals: `headline` says so
    headline: str


class Scorecard(NamedTuple):
    """Rates in per cent; None where there is nothing to divide by."""

    headline_win_rate: float | None  # as in a Headline
    headline: str
    win_rate: float | None
    win_rate_low: float | None
    win_rate_high: float | None
    base_rate: float | None  # how often a random day wins, in the same mix of directions
    profit_factor: float | None  # what was gained for each 1 % lost
    expectancy: float | None  # the average profit rate of a signal
    expectancy_ratio: float | None  # (1 + average gain / average loss) * share of gains - 1


def wilson(wins: int, count: int) -> Interval:
    """The 95 % interval of a rate of `wins` in `count`, which must not be 0; between 0 and 1."""
    rate, square = wins / count, Z * Z / count
    middle = (rate + square / 2) / (1 + square)
    half = Z * sqrt(rate * (1 - rate) / count + square / (4 * count)) / (1 + square)
    return Interval(max(middle - half, 0.0), min(middle + half, 1.0))


def base_rate(buys: int, sells: int, risen: float, fallen: float) -> float | None:
    """What `buys` and `sells` on random days would win, when a share of days is followed by a rise and by a fall."""
    count = buys + sells
    return (buys * risen + sells * fallen) / count if count else None


def scorecard(tally: Tally, *, risen: float | None, fallen: float | None) -> Scorecard:
    """`risen` and `fallen` are the shares of all days that are followed by a session 1 % higher or lower."""
    count = tally.buys + tally.sells
    if not count:
        return Scorecard(*headline(0, 0), None, None, None, None, None, None, None)
    interval = wilson(tally.wins, count)
    win_rate = 100 * tally.wins / count
    base = None if risen is None or fallen is None else base_rate(tally.buys, tally.sells, risen, fallen)
    return Scorecard(
        *headline(tally.wins, count),
        win_rate=win_rate,
        win_rate_low=100 * interval.low,
        win_rate_high=100 * interval.high,
        base_rate=None if base is None else 100 * base,
        profit_factor=float(tally.gain / -tally.loss) if tally.loss else None,
        expectancy=float((tally.gain + tally.loss) / count),
        expectancy_ratio=_expectancy_ratio(tally, count),
    )


def headline(wins: int, count: int) -> Headline:
    """The win rate of `count` judged signals in words, and as a number where they are enough for one."""
    if not count:
        return Headline(None, "No signal has been judged yet.")
    win_rate, interval = 100 * wins / count, wilson(wins, count)
    between = f"between {100 * interval.low:.0f} and {100 * interval.high:.0f} %"
    if count < ENOUGH:
        return Headline(
            None, f"{count} judged signals are too few for a rate ({ENOUGH} are needed): it may be {between}."
        )
    return Headline(win_rate, f"{win_rate:.1f} % of {count} signals won: {between}.")


def _expectancy_ratio(tally: Tally, count: int) -> float | None:
    """As freqtrade counts it (`calculate_expectancy`): what is won on average for each unit that is risked."""
    if not tally.losses:
        return None
    average_gain = float(tally.gain) / tally.gains if tally.gains else 0.0
    average_loss = float(-tally.loss) / tally.losses
    return (1 + average_gain / average_loss) * tally.gains / count - 1
