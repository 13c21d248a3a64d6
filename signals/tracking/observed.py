"""What sessions show of symbols, from the stored bars: the filters' observations."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time

import numpy as np
from django.conf import settings

from signals.market import procedures as market
from signals.market.calendars import sessions_between
from signals.market.series import Series, series_of
from signals.regime import CLOSES, observations
from signals.tracking.steps import Observation

BEGINNING = date(1000, 1, 1)


def observed(
    changes: Sequence[market.Change],
    after: Mapping[str, date],
    first: date,
) -> dict[str, list[Observation]]:
    """symbol -> its observations of the sessions later than `after`; of all, where `after` does not name it."""
    series = series_of({change.symbol: after.get(change.symbol, BEGINNING) for change in changes}, lookback=CLOSES)
    counts = {
        symbol: sum(session > after.get(symbol, BEGINNING) for session in bars.sessions)
        for symbol, bars in series.items()
    }
    wanted = [change for change in changes if counts.get(change.symbol)]
    if not wanted:
        return {}
    macro = _macro(series, min(after.get(change.symbol, BEGINNING) for change in wanted))
    most = max(counts[change.symbol] for change in wanted)
    closes, index = np.full((2, len(wanted), most + CLOSES - 1), np.nan)
    for row, change in enumerate(wanted):
        bars = series[change.symbol]
        held = min(len(bars.sessions), closes.shape[1])
        closes[row, -held:] = bars.adjusted[-held:]
        index[row, -held:] = [macro.get(session, np.nan) for session in bars.sessions[-held:]] if macro else np.nan
    z = observations(closes, index if macro else None, most)
    found = {}
    for row, change in enumerate(wanted):
        bars, count = series[change.symbol], counts[change.symbol]
        values = [[None if np.isnan(v) else v for v in entry] for entry in z[row, most - count :].tolist()]
        found[change.symbol] = [
            Observation(midnight(session), elapsed, str(close), value)
            for session, elapsed, close, value in zip(
                bars.sessions[-count:],
                _elapsed(change.calendar, bars, count, after.get(change.symbol), first),
                bars.closes[-count:],
                values,
                strict=True,
            )
        ]
    return found


def midnight(session: date) -> datetime:
    """An exchange's date as a moment, for what is kept by time."""
    return datetime.combine(session, time(), UTC)


def _elapsed(calendar: str, bars: Series, count: int, after: date | None, first: date) -> list[int]:
    """Sessions between each of the last `count` bars and the bar before it; 1 for a filter's first."""
    begin = len(bars.sessions) - count
    before = [after or bars.sessions[begin], *bars.sessions[begin:-1]]
    elapsed = [
        len(sessions_between(calendar, earlier, later, first=first))
        for earlier, later in zip(before, bars.sessions[begin:], strict=True)
    ]
    return [max(sessions, 1) for sessions in elapsed]


def _macro(series: Mapping[str, Series], after: date) -> dict[date, float]:
    """Session -> close of the index that `settings.MACRO_SYMBOL` names; empty without one."""
    symbol = settings.MACRO_SYMBOL
    if not symbol:
        return {}
    bars = series.get(symbol) or series_of({symbol: after}, lookback=CLOSES).get(symbol)
    return dict(zip(bars.sessions, bars.adjusted.tolist(), strict=True)) if bars else {}
