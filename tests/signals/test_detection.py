"""What the scan, the backtest and the preview have in common: crossings, their pace, the last bar."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pytest

from signals import detection
from signals.alarm_state import describe
from signals.detection import Detected, detect, judged_fields, lookback, paced

START = date(2012, 1, 1)
CALM = [101.0, 99.0] * 10


@dataclass
class Bars:
    adjusted: np.ndarray

    @property
    def sessions(self) -> list[date]:
        return [START + timedelta(days=n) for n in range(len(self.adjusted))]


@dataclass
class Alarm:
    side: str = "BOTH"
    cooldown: int = 0
    hysteresis: int = 0
    expires_on: date | None = None
    since_session: date = START
    is_active: bool = True
    bought_on: date | None = None
    sold_on: date | None = None


def look(closes: list[float], window: int = 20, k: float = 2.0) -> Detected:
    return detect({"X": Bars(np.array(closes))}, {"X": START - timedelta(days=1)}, window, k)["X"]


def day(number: int) -> date:
    return START + timedelta(days=number)


def test_symbols_together_give_what_each_gives_alone() -> None:
    rng = np.random.default_rng(2)
    series = {f"S{number}": Bars(100 * np.exp(np.cumsum(rng.normal(0, 0.02, 30 + 37 * number)))) for number in range(9)}
    after = {symbol: day(10 * number) for number, symbol in enumerate(series)}
    together = detect(series, after, 10, 1.5)
    for symbol, bars in series.items():
        assert detect({symbol: bars}, {symbol: after[symbol]}, 10, 1.5)[symbol] == together[symbol]
        assert all(found.session > after[symbol] for found in together[symbol].found)


@pytest.mark.parametrize("window", [6, 20])
def test_a_truncated_series_gives_the_same_signals(window: int) -> None:
    """The look-ahead check: nothing after a signal, and nothing long before it, has a say in it."""
    closes = (100 * np.exp(np.cumsum(np.random.default_rng(4).normal(0, 0.02, 600)))).tolist()
    whole = look(closes, window, 1.5).found
    assert len(whole) > 30
    for found in whole:
        begin = max(found.place - lookback(window), 0)
        bars = Bars(np.array(closes[begin : found.place + 1]))
        (again,) = detect({"X": bars}, {"X": bars.sessions[-2]}, window, 1.5)["X"].found
        assert (again.side, again.percent_b) == (found.side, found.percent_b)
        shift = timedelta(days=begin)
        assert [session + shift for session in again.pace.before] == found.pace.before
        assert {h: b and b + shift for h, b in again.pace.back.items()} == found.pace.back


def test_a_cooldown_counts_sessions_whatever_the_side() -> None:
    found = look([*CALM, 90, 100, 112, 100, 88], 20, 1.5).found
    assert [(crossing.place, crossing.side) for crossing in found] == [(20, "BUY"), (22, "SELL"), (24, "BUY")]
    assert [c.place for c in paced(found, cooldown=0)] == [20, 22, 24]
    assert [c.place for c in paced(found, cooldown=2)] == [20, 24]
    assert [c.place for c in paced(found, cooldown=1)] == [20, 22, 24]
    assert [c.place for c in paced(found, cooldown=4)] == [20]
    assert [c.place for c in paced(found, side="SELL", cooldown=4)] == [22]


def test_with_hysteresis_the_close_has_to_come_back_first() -> None:
    """Just inside the band and out again is the same fall; back to its middle and out again is a new one."""
    barely = look([*CALM, 100, 90, 96, 90, 100, 100, 85], 20, 1.5)
    places = [(crossing.place, crossing.side) for crossing in barely.found]
    assert places == [(21, "BUY"), (23, "BUY"), (26, "BUY")]
    assert [c.place for c in paced(barely.found)] == [21, 23, 26]
    assert [c.place for c in paced(barely.found, hysteresis=25)] == [21, 26]
    assert barely.found[1].pace.back[25] == day(20)
    assert barely.found[2].pace.back[25] == day(25)


@pytest.mark.parametrize(
    ("closes", "outcome"),
    [
        (CALM, "warming_up"),
        ([100.0] * 25, "flat"),
        ([*CALM, 100], "inside"),
        ([*CALM, 90], "crossed_below"),
        ([*CALM, 110], "crossed_above"),
        ([*CALM, 90, 80], "outside"),
    ],
)
def test_the_last_bar_is_told(closes: list[float], outcome: str) -> None:
    judged = look(closes).judged
    assert (judged.session, judged.outcome) == (day(len(closes) - 1), outcome)
    assert (judged.percent_b is None) == (outcome in ("flat",) or len(closes) < 20)


def described(closes: list[float], alarm: Alarm) -> tuple[str, str]:
    bars = Bars(np.array(closes))
    judged = judged_fields(look(closes).judged, bars.sessions) | {"close": str(closes[-1])}
    found = describe(alarm, judged)
    assert found.last_judged is not None
    return found.state, found.last_judged.reason


def test_an_alarm_goes_from_armed_over_fired_and_cooling_to_armed() -> None:
    alarm = Alarm(cooldown=2, bought_on=None)
    assert described([*CALM, 100], alarm) == ("armed", "The close is inside the band.")
    alarm.bought_on = day(20)
    assert described([*CALM, 90], alarm) == ("fired", "The close crossed the band: BUY.")
    assert described([*CALM, 90, 99], alarm)[0] == "cooling"
    assert described([*CALM, 90, 99, 99], alarm)[0] == "armed"
    alarm = Alarm(hysteresis=25, bought_on=day(20))
    assert described([*CALM, 90, 94], alarm)[0] == "cooling"
    assert described([*CALM, 90, 94, 101], alarm)[0] == "armed"
    assert describe(Alarm(is_active=False), None).state == "off"
    assert described([*CALM, 100], Alarm(expires_on=day(20)))[0] == "expired"


@pytest.mark.parametrize(
    ("alarm", "why"),
    [
        (Alarm(is_active=False), "the alarm is off"),
        (Alarm(since_session=day(20)), "the alarm was made, switched on or changed later"),
        (Alarm(side="SELL"), "the alarm is for SELL alone"),
        (Alarm(expires_on=day(19)), "the alarm had expired"),
        (Alarm(cooldown=5, bought_on=day(18)), "it came too soon after the signal before"),
    ],
)
def test_it_says_why_it_did_not_fire(alarm: Alarm, why: str) -> None:
    assert described([*CALM, 90], alarm)[1] == f"The close crossed the band (BUY), but {why}."


def test_the_longest_cooldown_is_all_that_a_pace_holds() -> None:
    (found,) = look([*CALM, *CALM, 90]).found
    assert len(found.pace.before) == detection.LONGEST_COOLDOWN
    assert found.pace.before[0] == day(39)
