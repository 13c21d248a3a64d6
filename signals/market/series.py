"""Stored bars of many symbols as arrays, in one call, adjusted for the splits that are known."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import groupby
from math import prod
from typing import NamedTuple

import numpy as np

from signals.bollinger import split_adjusted
from signals.market import Split
from signals.market import procedures as market
from signals.models import MarketSplit


class Series(NamedTuple):
    """The bars of one symbol, in time's order."""

    sessions: list[date]
    closes: list[Decimal]  # as traded
    volumes: list[int]
    adjusted: np.ndarray  # closes in terms of the last session's shares
    splits: list[Split]  # all that are known

    def between(self, begin: int, end: int) -> "Series":
        """The bars from place `begin` on, before place `end`, adjusted as if nothing later were known."""
        sessions, closes = self.sessions[begin:end], self.closes[begin:end]
        adjusted = split_adjusted([float(close) for close in closes], sessions, self.splits)
        return Series(sessions, closes, self.volumes[begin:end], adjusted, self.splits)

    def split_ratio(self, session: date, later: date) -> Decimal:
        """New shares for one old share between two sessions; 1 without splits."""
        return prod((split.ratio for split in self.splits if session < split.session <= later), start=Decimal(1))


def series_of(after: Mapping[str, date], *, lookback: int) -> dict[str, Series]:
    """symbol -> its bars later than `after`, and `lookback` bars before; nothing for a symbol without bars."""
    if not after:
        return {}
    rows = market.market_bars_for_scan(
        symbols=[{"symbol": symbol, "after": start} for symbol, start in sorted(after.items())], lookback=lookback
    )
    splits: dict[str, list[Split]] = defaultdict(list)
    for split in MarketSplit.objects.filter(symbol__in=after).order_by("session"):
        splits[split.symbol].append(Split(split.symbol, split.session, split.ratio))
    series = {}
    for symbol, group in groupby(rows, key=lambda row: row.symbol):
        bars = list(group)
        sessions, closes = [bar.session for bar in bars], [bar.close for bar in bars]
        adjusted = split_adjusted([float(close) for close in closes], sessions, splits[symbol])
        series[symbol] = Series(sessions, closes, [bar.volume for bar in bars], adjusted, splits[symbol])
    return series
