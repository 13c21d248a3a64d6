"""What an alarm would have done in the past, by the code that the live scan runs (`signals.detection`), and how its
signals turned out a session later. The preview of a new alarm and `manage.py backtest` are two sizes of it.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from signals.detection import Found, detect, lookback, paced
from signals.market.procedures import market_base_rates_get
from signals.market.series import Series, series_of
from signals.rates import SIX_PLACES, WIN, rate_of
from signals.scorecard import Scorecard, Tally, scorecard

A_YEAR = 252  # sessions


class Strategy(NamedTuple):
    """An alarm's parameters."""

    window: int = 20
    k: Decimal = Decimal(2)
    side: str = "BOTH"
    cooldown: int = 0
    hysteresis: int = 0


class Outcome(NamedTuple):
    found: Found
    price: Decimal
    price_after_1d: Decimal | None  # None: the next session has not closed yet, or has no bar
    profit_rate: Decimal | None


class Preview(NamedTuple):
    """What the alarm would have done in the last year."""

    sessions: int
    signals: int
    buy_signals: int
    sell_signals: int
    win_signals: int
    flat_signals: int
    wrong_signals: int
    average_profit_rate: Decimal | None
    median_gap: float | None  # sessions between two signals
    reason: str  # why it would not have fired; empty when it would


def preview(symbol: str, latest: date, strategy: Strategy) -> Preview:
    """One call to the database. `latest` is the symbol's latest session."""
    series = series_of({symbol: latest}, lookback=A_YEAR + lookback(strategy.window))[symbol]
    begin = max(len(series.sessions) - A_YEAR, 0)
    after = series.sessions[begin] - timedelta(days=1)
    outcomes = run(symbol, series, after, latest, strategy)
    rates = [outcome.profit_rate for outcome in outcomes if outcome.profit_rate is not None]
    places = [outcome.found.place for outcome in outcomes]
    return Preview(
        sessions=len(series.sessions) - begin,
        signals=len(outcomes),
        buy_signals=sum(outcome.found.side == "BUY" for outcome in outcomes),
        sell_signals=sum(outcome.found.side == "SELL" for outcome in outcomes),
        win_signals=sum(rate >= WIN for rate in rates),
        flat_signals=sum(-WIN < rate < WIN for rate in rates),
        wrong_signals=sum(rate <= -WIN for rate in rates),
        average_profit_rate=(sum(rates, Decimal(0)) / len(rates)).quantize(SIX_PLACES) if rates else None,
        median_gap=median(b - a for a, b in pairwise(places)) if len(places) > 1 else None,
        reason=_reason(series, strategy, outcomes),
    )


def run(
    symbol: str,
    series: Series,
    after: date,
    until: date,
    strategy: Strategy,
    is_next: Callable[[date, date], bool] = lambda session, following: True,
) -> list[Outcome]:
    """The signals of the sessions later than `after` and not later than `until`, an alarm's pace begun afresh.

    `is_next` says whether a bar is of the session after another's; without a calendar it is.
    """
    detected = detect({symbol: series}, {symbol: after}, strategy.window, float(strategy.k))[symbol]
    found = paced(
        [crossing for crossing in detected.found if crossing.session <= until],
        side=strategy.side,
        cooldown=strategy.cooldown,
        hysteresis=strategy.hysteresis,
    )
    return [_outcome(series, crossing, is_next) for crossing in found]


def looks_ahead(symbol: str, series: Series, outcomes: Sequence[Outcome], strategy: Strategy) -> Iterator[Found | None]:
    """Each signal found again on data that end with its session: None where it is the same, the signal where not."""
    for outcome in outcomes:
        place = outcome.found.place
        begin = max(place - lookback(strategy.window), 0)
        truncated = series.between(begin, place + 1)
        day_before = outcome.found.session - timedelta(days=1)
        again = detect({symbol: truncated}, {symbol: day_before}, strategy.window, float(strategy.k))[symbol].found
        same = [crossing._replace(place=place) for crossing in again] == [outcome.found]
        yield None if same else outcome.found


def score(symbol: str, outcomes: Sequence[Outcome]) -> Scorecard:
    rates = [outcome.profit_rate for outcome in outcomes if outcome.profit_rate is not None]
    judged = [outcome.found.side for outcome in outcomes if outcome.profit_rate is not None]
    tally = Tally(
        buys=judged.count("BUY"),
        sells=judged.count("SELL"),
        wins=sum(rate >= WIN for rate in rates),
        gain=sum((rate for rate in rates if rate > 0), Decimal(0)),
        loss=sum((rate for rate in rates if rate < 0), Decimal(0)),
        gains=sum(rate > 0 for rate in rates),
        losses=sum(rate < 0 for rate in rates),
    )
    base = next(iter(market_base_rates_get(symbols=[symbol])), None)
    risen, fallen = (base.risen / base.days, base.fallen / base.days) if base else (None, None)
    return scorecard(tally, risen=risen, fallen=fallen)


def _outcome(series: Series, found: Found, is_next: Callable[[date, date], bool]) -> Outcome:
    price, following = series.closes[found.place], found.place + 1
    if following == len(series.sessions) or not is_next(found.session, series.sessions[following]):
        return Outcome(found, price, None, None)
    later = series.closes[following]
    ratio = series.split_ratio(found.session, series.sessions[following])
    return Outcome(found, price, later, rate_of(found.side, price, later * ratio))


def _reason(series: Series, strategy: Strategy, outcomes: Sequence[Outcome]) -> str:
    if len(series.sessions) <= strategy.window:
        return f"Only {len(series.sessions)} sessions are known; a window of {strategy.window} needs one more."
    if not outcomes:
        return "No close of the last year crossed this band; a smaller k fires more often."
    return ""
