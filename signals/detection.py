"""Finds crossings in series of closes, and says which of them an alarm's pace lets through. Pure calculation: the scan,
the backtest and the preview of an alarm all come here, so what they count is the same.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from signals.bollinger import BUY, SELL, TOUCH, Bands, bollinger_bands, crossings

LONGEST_COOLDOWN = 20  # sessions
HYSTERESES = (0, 10, 25, 50)  # per cent of the band's width that a close must have come back, before the next signal


class Bars(Protocol):
    """What is needed of a `signals.market.series.Series`, whose module knows Django."""

    @property
    def sessions(self) -> list[date]: ...
    @property
    def adjusted(self) -> NDArray[np.float64]: ...


class Pace(NamedTuple):
    """What decides whether a crossing comes too soon after the one before."""

    before: list[date]  # the sessions before it, the nearest first
    back: dict[int, date | None]  # hysteresis -> the last session before that was so far inside; None in no window


class Found(NamedTuple):
    place: int  # among the symbol's sessions
    session: date
    side: str
    percent_b: float
    pace: Pace


class Judged(NamedTuple):
    """What the last bar showed."""

    session: date
    percent_b: float | None  # None: no band
    outcome: str  # warming_up, flat, inside, outside (since an earlier bar), crossed_below, crossed_above
    back: dict[str, dict[int, date | None]]  # side -> as in a Pace, the last bar included


class Detected(NamedTuple):
    found: list[Found]
    judged: Judged


def lookback(window: int) -> int:
    """Bars before the first new one that a look at it needs: a crossing's pace looks back from where it has a band."""
    return window + max(window, LONGEST_COOLDOWN)


def detect(series: Mapping[str, Bars], after: Mapping[str, date], window: int, k: float) -> dict[str, Detected]:
    """symbol -> the crossings in its bars later than `after`, and what its last bar showed; all in one batch."""
    symbols = sorted(after)
    longest = max((len(series[symbol].sessions) for symbol in symbols), default=0)
    closes = np.full((len(symbols), longest), np.nan)
    for row, symbol in enumerate(symbols):
        adjusted = series[symbol].adjusted
        closes[row, longest - len(adjusted) :] = adjusted
    bands = bollinger_bands(closes, window, k)
    sides, percent_b = crossings(closes, bands), bands.percent_b
    detected = {}
    for row, symbol in enumerate(symbols):
        sessions = series[symbol].sessions
        offset = longest - len(sessions)
        found = [
            _found(sessions, int(column) - offset, sides[row, column], percent_b[row, offset:], window)
            for column in np.flatnonzero(sides[row])
            if sessions[column - offset] > after[symbol]
        ]
        judged = _judged(sessions, bands, row, int(sides[row, -1]), percent_b[row, offset:], window)
        detected[symbol] = Detected(found, judged)
    return detected


def fires(found: Found, fired: Sequence[Found], *, side: str, cooldown: int, hysteresis: int) -> bool:
    """Whether an alarm that fired on these before (the latest last) fires on this one. SQL has the same rule in
    `fp_signal_history_insert`; a test compares them.
    """
    if side not in ("BOTH", found.side):
        return False
    if not fired:
        return True
    if cooldown and fired[-1].session in found.pace.before[:cooldown]:
        return False
    same = [earlier.session for earlier in fired if earlier.side == found.side]
    back = found.pace.back.get(hysteresis)
    return not hysteresis or not same or (back is not None and back > same[-1])


def paced(found: Sequence[Found], *, side: str = "BOTH", cooldown: int = 0, hysteresis: int = 0) -> list[Found]:
    """Those on which an alarm fires that begins with none."""
    fired: list[Found] = []
    for crossing in found:
        if fires(crossing, fired, side=side, cooldown=cooldown, hysteresis=hysteresis):
            fired.append(crossing)
    return fired


def _found(sessions: list[date], place: int, side: int, percent_b: NDArray[np.float64], window: int) -> Found:
    before = sessions[max(place - LONGEST_COOLDOWN, 0) : place][::-1]
    pace = Pace(before, _back(sessions, place, side, percent_b, window))
    return Found(place, sessions[place], "BUY" if side == BUY else "SELL", float(percent_b[place]), pace)


def _back(
    sessions: list[date], place: int, side: int, percent_b: NDArray[np.float64], window: int
) -> dict[int, date | None]:
    """hysteresis -> the last of the `window` sessions before a place that was so far inside the band."""
    begin = max(place - window, 0)
    depth = percent_b[begin:place] if side == BUY else 1 - percent_b[begin:place]
    back: dict[int, date | None] = {}
    for hysteresis in HYSTERESES[1:]:
        deep = np.flatnonzero(depth >= hysteresis / 100)
        back[hysteresis] = sessions[begin + int(deep[-1])] if deep.size else None
    return back


def _judged(
    sessions: list[date], bands: Bands, row: int, side: int, depths: NDArray[np.float64], window: int
) -> Judged:
    percent_b = float(depths[-1])
    if len(sessions) <= window or np.isnan(bands.middle[row, -2:]).any():
        outcome = "warming_up"
    elif bands.sigma[row, -1] == 0:
        outcome = "flat"
    elif side:
        outcome = "crossed_below" if side == BUY else "crossed_above"
    else:
        outcome = "inside" if abs(2 * percent_b - 1) <= 1 + TOUCH else "outside"
    back = {
        name: _back(sessions, len(sessions), which, depths, window) for name, which in (("BUY", BUY), ("SELL", SELL))
    }
    return Judged(sessions[-1], None if np.isnan(percent_b) else percent_b, outcome, back)


def pace_fields(pace: Pace) -> dict[str, Any]:
    """As JSON, for SQL: `before` a list of dates, `back` by hysteresis."""
    return {"before": [str(session) for session in pace.before], "back": _plain(pace.back)}


def judged_fields(judged: Judged, sessions: Sequence[date]) -> dict[str, Any]:
    """As JSON, for `signals.alarm_state`; `sessions` are the symbol's, the last one is the judged one."""
    return {
        "session": str(judged.session),
        "percent_b": judged.percent_b,
        "outcome": judged.outcome,
        "before": [str(session) for session in sessions[-LONGEST_COOLDOWN - 1 : -1][::-1]],
        "back": {side: _plain(back) for side, back in judged.back.items()},
    }


def _plain(back: Mapping[int, date | None]) -> dict[str, str]:
    return {str(hysteresis): str(session) for hysteresis, session in back.items() if session}
