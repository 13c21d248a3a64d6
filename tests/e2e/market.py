"""What the sample market must give, worked out plainly: no code of the scan, of the fan-out or of the judgement."""

from datetime import date
from decimal import Decimal
from functools import cache
from statistics import fmean, pstdev
from typing import NamedTuple

from signals.market.sample import SampleMarket

PERCENT = Decimal("0.000001")


class Expected(NamedTuple):
    session: str
    signal_type: str
    signal_price: str
    price_after_1d: str | None  # None: the next session has not closed yet
    profit_rate: str | None
    is_win: bool | None


@cache
def bars(symbol: str) -> list[tuple[date, Decimal]]:
    """The closes from 2010 on, when no split is left."""
    market = SampleMarket()
    assert not [split for split in market.splits([symbol]) if split.session >= date(2010, 1, 1)]
    return [(bar.session, bar.close) for bar in market.bars([symbol], after=date(2010, 1, 1), until=None)]


def expected_signals(symbol: str, window: int, k: str, after: date, until: date) -> list[Expected]:
    """Of an alarm made when `after` was the latest session, on a market that has come to `until`; oldest first."""
    history = bars(symbol)
    prices = [float(close) for _, close in history]
    found = []
    for place in range(window, len(history)):
        session, close = history[place]
        side = _crossing(prices, place, window, float(k))
        if side and after < session <= until:
            following = history[place + 1] if place + 1 < len(history) else None
            judged = following is not None and following[0] <= until
            found.append(_outcome(session, side, close, following[1] if following and judged else None))
    return found


def _crossing(prices: list[float], place: int, window: int, k: float) -> str:
    """The close is beyond a band, and the close before was not."""
    now, before = (_side(prices, at, window, k) for at in (place, place - 1))
    return now if now != before else ""


def _side(prices: list[float], place: int, window: int, k: float) -> str:
    closes = prices[place - window + 1 : place + 1]
    distance = closes[-1] - fmean(closes)
    return "" if abs(distance) <= k * pstdev(closes) else "SELL" if distance > 0 else "BUY"


def _outcome(session: date, side: str, price: Decimal, following: Decimal | None) -> Expected:
    if following is None:
        return Expected(str(session), side, str(price), None, None, None)
    rate = (following - price) / price * 100 * (1 if side == "BUY" else -1)
    rate = rate.quantize(PERCENT)
    return Expected(str(session), side, str(price), str(following), str(rate), rate >= 1)
