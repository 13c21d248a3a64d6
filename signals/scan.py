"""Finds signals in new bars, once for everybody, and records them on the global database.

1. Collect what live alarms watch: symbol, window, k, and from which session on, from every shard that answers.
2. Look at the bars that were not scanned yet for these parameters, all symbols in one batch.
3. Record the signals and how far the scan came in one transaction.

Killed anywhere, it is simply run again: 3 is all or nothing, and a signal that is known is left out. A shard that is
down is missed in 1; when it is back, its alarms' parameters are scanned from where they were left.
"""

import hashlib
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from shards.points import reach
from shards.transactions import in_global_transaction
from shards.walk import on_each_shard
from signals import procedures
from signals.bollinger import BUY, bollinger_bands, crossings
from signals.market import procedures as market
from signals.market.series import Series, series_of
from signals.models import SignalScan

SOURCE = "bollinger"
BATCH = 5_000  # signals or scans in one call


class Parameters(NamedTuple):
    symbol: str
    band_window: int
    band_k: Decimal


def scan() -> int:
    """Returns how many new signals were recorded."""
    watched = _watched()
    reach("scan.collected")
    starts = _starts(watched)
    series = _series(starts)
    found, scans = _detect(starts, series)
    reach("scan.detected")
    recorded = _record(found, scans) if scans else 0
    reach("scan.recorded")
    return recorded


def _watched() -> dict[Parameters, date]:
    """Parameters of live alarms on all shards that answer -> the earliest session after which one of them fires."""
    watched: dict[Parameters, date] = {}
    for rows in on_each_shard(procedures.signal_alarms_watched, "scan").values():
        if isinstance(rows, str):
            continue  # a shard that was skipped
        for row in rows:
            parameters = Parameters(row.symbol, row.band_window, row.band_k)
            watched[parameters] = min(row.since_session, watched.get(parameters, row.since_session))
    return watched


def _starts(watched: dict[Parameters, date]) -> dict[Parameters, date]:
    """The session after which each pair of parameters is to be scanned: where the last scan ended, unless an alarm
    (of a shard that was down then) wants earlier ones."""
    scanned = {
        Parameters(row.symbol, row.band_window, row.band_k): row
        for row in SignalScan.objects.filter(symbol__in={parameters.symbol for parameters in watched})
    }
    starts = {}
    for parameters, since in watched.items():
        row = scanned.get(parameters)
        starts[parameters] = row.upto_session if row and row.after_session <= since else since
    return starts


def _series(starts: dict[Parameters, date]) -> dict[str, Series]:
    """The bars of each symbol that has new ones, and as many before as the longest window needs."""
    first: dict[str, date] = {}
    for parameters, start in starts.items():
        first[parameters.symbol] = min(start, first.get(parameters.symbol, start))
    return series_of(first, lookback=max((parameters.band_window for parameters in starts), default=0))


def _detect(
    starts: dict[Parameters, date], series: dict[str, Series]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The signals of all new sessions, and the ranges scanned. Symbols with the same window and k are one batch."""
    found: list[dict[str, Any]] = []
    scans: list[dict[str, Any]] = []
    fresh = {p: start for p, start in starts.items() if p.symbol in series and series[p.symbol].sessions[-1] > start}
    for (window, k), batch in groupby(sorted(fresh, key=lambda p: p[1:]), key=lambda p: p[1:]):
        members = list(batch)
        longest = max(len(series[p.symbol].sessions) for p in members)
        closes = np.full((len(members), longest), np.nan)
        for row, parameters in enumerate(members):
            adjusted = series[parameters.symbol].adjusted
            closes[row, longest - len(adjusted) :] = adjusted
        sides = crossings(closes, bollinger_bands(closes, window, float(k)))
        for row, parameters in enumerate(members):
            bars = series[parameters.symbol]
            scans.append(_scan_row(parameters, fresh[parameters], bars.sessions[-1]))
            offset = longest - len(bars.sessions)
            for column in np.flatnonzero(sides[row]):
                place = int(column) - offset
                if bars.sessions[place] > fresh[parameters]:
                    found.append(_signal(parameters, bars, place, "BUY" if sides[row, column] == BUY else "SELL"))
    return found, scans


def _signal(parameters: Parameters, bars: Series, place: int, side: str) -> dict[str, Any]:
    session = bars.sessions[place]
    key = "|".join((SOURCE, parameters.symbol, str(parameters.band_window), str(parameters.band_k), str(session), side))
    return {
        "signal_id": hashlib.sha256(key.encode()).hexdigest()[:32],
        "source": SOURCE,
        "symbol": parameters.symbol,
        "band_window": parameters.band_window,
        "band_k": str(parameters.band_k),
        "session": session,
        "signal_type": side,
        "signal_price": str(bars.closes[place]),
        "volume": bars.volumes[place],
    }


def _scan_row(parameters: Parameters, after: date, upto: date) -> dict[str, Any]:
    return {
        "symbol": parameters.symbol,
        "band_window": parameters.band_window,
        "band_k": str(parameters.band_k),
        "after_session": after,
        "upto_session": upto,
    }


@in_global_transaction
def _record(signals: list[dict[str, Any]], scans: list[dict[str, Any]]) -> int:
    """One transaction, one call a batch: the signals first, how far the scan came with the last of them."""
    batches = [signals[n : n + BATCH] for n in range(0, len(signals), BATCH)] or [[]]
    recorded = 0
    for batch in batches:
        final = batch is batches[-1]
        recorded += market.market_signals_record(signals=batch, scans=scans if final else []).recorded
    return recorded
