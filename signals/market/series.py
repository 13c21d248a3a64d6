"""Stored bars of many symbols as arrays, in one call, adjusted for the splits that are known."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

import numpy as np

from signals.bollinger import split_adjusted
from signals.market import procedures as market
from signals.models import MarketSplit


class Series(NamedTuple):
    """The bars of one symbol, in time's order."""

    sessions: list[date]
    closes: list[Decimal]  # as traded
    volumes: list[int]
    adjusted: np.ndarray  # closes in terms of the last session's shares


def series_of(after: Mapping[str, date], *, lookback: int) -> dict[str, Series]:
    """symbol -> its bars later than `after`, and `lookback` bars before; nothing for a symbol without bars."""
    if not after:
        return {}
    rows = market.market_bars_for_scan(
        symbols=[{"symbol": symbol, "after": start} for symbol, start in sorted(after.items())], lookback=lookback
    )
    splits = defaultdict(list)
    for split in MarketSplit.objects.filter(symbol__in=after).order_by("session"):
        splits[split.symbol].append(split)
    series = {}
    for symbol, group in groupby(rows, key=lambda row: row.symbol):
        bars = list(group)
        sessions, closes = [bar.session for bar in bars], [bar.close for bar in bars]
        adjusted = split_adjusted([float(close) for close in closes], sessions, splits[symbol])
        series[symbol] = Series(sessions, closes, [bar.volume for bar in bars], adjusted)
    return series
