"""What an alarm's owner wants to know of it: its state, the last bar that it judged, and why it did or did not fire.

    armed -> fired      on a session whose close crossed out of the band
    fired -> cooling    while its cooldown lasts or the close has not come back far enough
    cooling -> armed    by itself
    off, expired        fires no more

Pure calculation.
"""

from datetime import date
from typing import Any, NamedTuple, Protocol

BANDS = {"crossed_below": "BUY", "crossed_above": "SELL"}
NOT_CROSSED = {
    "warming_up": "There are too few sessions for the band and the one before.",
    "flat": "The closes of the whole window are equal: there is no band to cross.",
    "inside": "The close is inside the band.",
    "outside": "The close is outside the band, and so was the one before: only the crossing fires.",
}


class Alarm(Protocol):
    """What is needed of a `signals.procedures.AlarmRow`."""

    @property
    def side(self) -> str: ...
    @property
    def cooldown(self) -> int: ...
    @property
    def hysteresis(self) -> int: ...
    @property
    def expires_on(self) -> date | None: ...
    @property
    def since_session(self) -> date: ...
    @property
    def is_active(self) -> bool: ...
    @property
    def bought_on(self) -> date | None: ...
    @property
    def sold_on(self) -> date | None: ...


class LastJudged(NamedTuple):
    session: date
    close: str
    percent_b: float | None
    fired: bool
    reason: str


class Described(NamedTuple):
    state: str  # armed, fired, cooling, expired, off
    fired_on: date | None
    last_judged: LastJudged | None  # None: no scan has seen these parameters yet


def describe(alarm: Alarm, judged: dict[str, Any] | None) -> Described:
    """`judged` is what the scan noted of the last bar for the alarm's symbol, window and k."""
    fired_on = max((day for day in (alarm.bought_on, alarm.sold_on) if day), default=None)
    if judged is None:
        return Described(_state(alarm, fired_on, None), fired_on, None)
    session = date.fromisoformat(judged["session"])
    fired = fired_on == session
    last = LastJudged(session, judged["close"], judged["percent_b"], fired, _reason(alarm, judged, session, fired))
    return Described(_state(alarm, fired_on, judged), fired_on, last)


def _state(alarm: Alarm, fired_on: date | None, judged: dict[str, Any] | None) -> str:
    if not alarm.is_active:
        return "off"
    session = date.fromisoformat(judged["session"]) if judged else alarm.since_session
    if alarm.expires_on and session >= alarm.expires_on:
        return "expired"
    if fired_on is None or judged is None:
        return "armed"
    if fired_on >= session:
        return "fired"
    return "cooling" if _cools(alarm, fired_on, judged) or _has_not_come_back(alarm, judged) else "armed"


def _cools(alarm: Alarm, fired_on: date, judged: dict[str, Any]) -> bool:
    """Whether the next session is still within the cooldown."""
    recent = [judged["session"], *judged["before"]][: alarm.cooldown]
    return str(fired_on) in recent


def _has_not_come_back(alarm: Alarm, judged: dict[str, Any]) -> bool:
    """Whether a crossing on the next session would still come too soon on a side on which the alarm has fired."""
    return bool(alarm.hysteresis) and any(
        fired_on is not None and _back(alarm, judged, side) <= str(fired_on)
        for side, fired_on in (("BUY", alarm.bought_on), ("SELL", alarm.sold_on))
    )


def _back(alarm: Alarm, judged: dict[str, Any], side: str) -> str:
    """The last session that was far enough inside the band; '' for none."""
    return str(judged["back"][side].get(str(alarm.hysteresis), ""))


def _reason(alarm: Alarm, judged: dict[str, Any], session: date, fired: bool) -> str:
    side = BANDS.get(judged["outcome"])
    if fired:
        return f"The close crossed the band: {side or 'a signal of another source'}."
    if side is None:
        return NOT_CROSSED[judged["outcome"]]
    for refuses, reason in (
        (not alarm.is_active, "the alarm is off"),
        (session <= alarm.since_session, "the alarm was made, switched on or changed later"),
        (alarm.side not in ("BOTH", side), f"the alarm is for {alarm.side} alone"),
        (alarm.expires_on is not None and session > alarm.expires_on, "the alarm had expired"),
        (bool(alarm.cooldown or alarm.hysteresis), "it came too soon after the signal before"),
    ):
        if refuses:
            return f"The close crossed the band ({side}), but {reason}."
    return f"The close crossed the band ({side}); its signal is on the way."
