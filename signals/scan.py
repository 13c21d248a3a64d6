"""Finds signals in new bars, once for everybody, and records them on the global database.

1. Collect what live alarms watch: symbol, window, k, and from which session on, from every shard that answers; and the
   symbols whose earlier bars were corrected or came late, which are looked at again from there.
2. Look at the bars that were not scanned yet for these parameters, all symbols in one batch.
3. Record the signals, those that a corrected bar took back, how far the scan came and what the last bars showed: in one
   transaction.

Killed anywhere, it is simply run again: 3 is all or nothing, and a signal that is known is left out. A shard that is
down is missed in 1; when it is back, its alarms' parameters are scanned from where they were left.
"""

import hashlib
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from shards.points import reach
from shards.transactions import in_global_transaction
from shards.walk import on_each_shard
from signals import procedures
from signals.detection import Found, Judged, detect, judged_fields, lookback, pace_fields
from signals.market import procedures as market
from signals.market.series import Series, series_of
from signals.models import MarketSignal, SignalScan

NAME, SOURCE = "scan", "bollinger"
BATCH = 5_000  # signals or scans in one call
EVERY_SYMBOL = 1_000_000


class Parameters(NamedTuple):
    symbol: str
    band_window: int
    band_k: Decimal


def scan() -> int:
    """Returns how many new signals were recorded."""
    watched = _watched()
    reach("scan.collected")
    progress = _progress()
    latest = market.market_change_latest().change_seq
    starts = _starts(watched, _changed(progress, latest))
    found, scans = _detect(starts, _series(starts))
    reach("scan.detected")
    recorded = _record(found, scans, _turned(found, scans), latest) if scans or latest > progress.change_seq else 0
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


def _changed(progress: market.Progress, latest: int) -> dict[str, date]:
    """symbol -> the earliest session that changed since the last scan; of most it is the new one."""
    if latest == progress.change_seq:
        return {}
    rows = market.market_changes_get(
        after_seq=progress.change_seq, upto_seq=latest, after_symbol="", limit=EVERY_SYMBOL
    )
    return {row.symbol: row.first_session for row in rows}


def _starts(watched: dict[Parameters, date], changed: dict[str, date]) -> dict[Parameters, date]:
    """The session after which each pair of parameters is to be scanned: where the last scan ended, unless an alarm
    (of a shard that was down then) wants earlier ones, or an earlier bar has changed."""
    symbols = {parameters.symbol for parameters in watched} | changed.keys()
    starts = dict(watched)
    for row in SignalScan.objects.filter(symbol__in=symbols):
        parameters = Parameters(row.symbol, row.band_window, row.band_k)
        first = changed.get(row.symbol, date.max)
        since = watched.get(parameters)
        if first <= row.upto_session:
            starts[parameters] = max(first - timedelta(days=1), min(since or date.max, row.after_session))
        elif since is not None and row.after_session <= since:
            starts[parameters] = row.upto_session
    return starts


def _series(starts: dict[Parameters, date]) -> dict[str, Series]:
    """The bars of each symbol that has new ones, and as many before as the longest window needs."""
    first: dict[str, date] = {}
    for parameters, start in starts.items():
        first[parameters.symbol] = min(start, first.get(parameters.symbol, start))
    longest = max((parameters.band_window for parameters in starts), default=0)
    return series_of(first, lookback=lookback(longest))


def _detect(
    starts: dict[Parameters, date], series: dict[str, Series]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The signals of all new sessions, and the ranges scanned. Symbols with the same window and k are one batch."""
    found: list[dict[str, Any]] = []
    scans: list[dict[str, Any]] = []
    fresh = {p: start for p, start in starts.items() if p.symbol in series and series[p.symbol].sessions[-1] > start}
    for (window, k), batch in groupby(sorted(fresh, key=lambda p: p[1:]), key=lambda p: p[1:]):
        members = {parameters.symbol: parameters for parameters in batch}
        after = {symbol: fresh[parameters] for symbol, parameters in members.items()}
        for symbol, detected in detect(series, after, window, float(k)).items():
            scans.append(_scan_row(members[symbol], after[symbol], detected.judged, series[symbol]))
            found += [_signal(members[symbol], series[symbol], crossing) for crossing in detected.found]
    return found, scans


def _signal(parameters: Parameters, bars: Series, found: Found) -> dict[str, Any]:
    return {
        "signal_id": signal_id_of(SOURCE, *parameters, found.session, found.side),
        "source": SOURCE,
        "symbol": parameters.symbol,
        "band_window": parameters.band_window,
        "band_k": str(parameters.band_k),
        "session": found.session,
        "signal_type": found.side,
        "signal_price": str(bars.closes[found.place]),
        "volume": bars.volumes[found.place],
        "pace": pace_fields(found.pace),
    }


def signal_id_of(*natural_key: object) -> str:
    """32 hex digits from what a signal is: source, symbol, parameters, session and side."""
    return hashlib.sha256("|".join(map(str, natural_key)).encode()).hexdigest()[:32]


def _scan_row(parameters: Parameters, after: date, judged: Judged, bars: Series) -> dict[str, Any]:
    return {
        "symbol": parameters.symbol,
        "band_window": parameters.band_window,
        "band_k": str(parameters.band_k),
        "after_session": after,
        "upto_session": judged.session,
        "judged": judged_fields(judged, bars.sessions) | {"close": str(bars.closes[-1])},
    }


def _turned(found: list[dict[str, Any]], scans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Known signals of the sessions scanned that are not found any more, and withdrawn ones that are found again."""
    after = {
        Parameters(row["symbol"], row["band_window"], Decimal(row["band_k"])): row["after_session"] for row in scans
    }
    again = {row["signal_id"] for row in found}
    known = MarketSignal.objects.filter(
        source=SOURCE,
        symbol__in={parameters.symbol for parameters in after},
        session__gt=min(after.values(), default=date.max),
    )
    turned = []
    for signal in known.only("symbol", "band_window", "band_k", "session", "withdrawn_at"):
        start = after.get(Parameters(signal.symbol, signal.band_window, signal.band_k))
        is_found = signal.signal_id.hex in again
        if start is not None and signal.session > start and is_found == (signal.withdrawn_at is not None):
            turned.append({"signal_id": signal.signal_id.hex, "is_withdrawn": int(not is_found)})
    return turned


@in_global_transaction
def _progress() -> market.Progress:
    return market.market_progress_lock(name=NAME)


@in_global_transaction
def _record(
    signals: list[dict[str, Any]], scans: list[dict[str, Any]], turned: list[dict[str, Any]], change_seq: int
) -> int:
    """One transaction, one call a batch: how far the scan came together with the signals that it found."""
    recorded = 0
    for begin in range(0, max(len(signals), len(scans)), BATCH):
        some = slice(begin, begin + BATCH)
        recorded += market.market_signals_record(signals=signals[some], scans=scans[some]).recorded
    if turned:
        market.market_signals_withdraw(signals=turned, change_seq=change_seq)
    market.market_progress_advance(name=NAME, change_seq=change_seq, upto_seq=0, symbol="")
    return recorded
