"""The platform's model of one symbol in five states: trend, momentum, volatility, macro_signal, tech_signal.

All five, and what is observed of them, have one unit: the standard deviation that the observation has while the price
is a driftless random walk of constant volatility. 0 says nothing; beyond 5 is cut to 5. A component that cannot be
computed (too few closes, a flat price, no macro value for the session) is NaN, which the filter leaves out.
"""

# ruff: noqa: N803, N806 (P is the field's own letter)

from enum import IntEnum
from math import erf, pi, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from signals.kalman import KalmanModel, predict

Floats = NDArray[np.float64]

STATES = ("trend", "momentum", "volatility", "macro_signal", "tech_signal")
CLOSES = 253  # with so many every component can be computed
LIMIT = 5.0

# Observed directly. F, and Q beside an R of 0.01 (0.1 standard deviations), by expectation maximisation (Shumway and
# Stoffer, 1982) on 20 US stocks with the S&P 500 as macro series, 1991 to 2000 (skfolio's sp500_dataset), 12 rounds. F
# is held to its diagonal and to what a rise takes from tech_signal a session later; Q is full, because one and the same
# return moves all of them. On the 12 years that follow, and on the sample market, NIS / dof is between 0.92 and 1.01.
REGIME = KalmanModel(
    F=[
        [0.986, 0, 0, 0, 0],
        [0, 0.897, 0, 0, 0],
        [0, 0, 0.977, 0, 0],
        [0, 0, 0, 0.988, 0],
        [0, -0.172, 0, 0, 0.787],
    ],
    H=np.eye(5),
    Q=[
        [0.026, 0.042, 0.001, 0.013, -0.035],
        [0.042, 0.178, 0.005, 0.018, -0.083],
        [0.001, 0.005, 0.116, 0, -0.004],
        [0.013, 0.018, 0, 0.026, -0.017],
        [-0.035, -0.083, -0.004, -0.017, 0.130],
    ],
    R=np.eye(5) / 100,
)

WEIGHTS = np.array([0.4, 0.3, 0, 0.2, 0.1])  # of the states in the score; volatility has no direction
THRESHOLD = 0.5  # of the score: Long above it, Short below its negative


class Side(IntEnum):
    SHORT = -1
    NEUTRAL = 0
    LONG = 1


class TradingSignal(NamedTuple):
    """Leading axes as in the call."""

    side: NDArray[np.int8]  # (...), values of Side
    score: Floats  # (...), the weighted states
    confidence: Floats  # (...), the probability that the next session's state has the same side, not that it pays


def prior() -> tuple[Floats, Floats]:
    """x (5) and P (5, 5) before anything is known: the model's own long-run mean and covariance, P = F P F' + Q."""
    F, n = REGIME.F, len(STATES)
    P = np.linalg.solve(np.eye(n * n) - np.kron(F, F), REGIME.Q.ravel()).reshape(n, n)
    return np.zeros(n), (P + P.T) / 2


def observations(closes: ArrayLike, macro: ArrayLike | None = None, bars: int | None = None) -> Floats:
    """z (..., bars, 5) of the last `bars` of split-adjusted closes (..., T), or of all of them.

    `macro` (T) or (..., T) is an index that rises in good times, on the same sessions, NaN where it has no value. With
    r the logarithmic return of a session, s the root mean square of the last 60, and sums over the last n sessions:

    - trend: sum60 r / (s sqrt 60). Moskowitz, Ooi, Pedersen, "Time Series Momentum", J. Financial Economics 2012.
    - momentum: sum10 r / (s sqrt 10), the same over two weeks.
    - volatility: ln(mean20 |r| / mean252 |r|) / sqrt((pi / 2 - 1) / 20). Realised absolute variation, because one wild
      session sways squares more: Barndorff-Nielsen, Shephard, "Realized Power Variation", Bernoulli 2003.
    - macro_signal: the trend of `macro`, on the sessions that have a value.
    - tech_signal: -(sum14 r / sum14 |r|) sqrt(28 / pi), positive after a fall. Cutler's form of the RSI (Wilder, "New
      Concepts in Technical Trading Systems", 1978), (50 - RSI) / 50, in standard deviations.

    Every value depends on the closes of its own window alone, to the last bit.
    """
    closes = np.asarray(closes, dtype=np.float64)
    bars = closes.shape[-1] if bars is None else bars
    r = _returns(closes, bars)
    size = np.abs(r)
    with np.errstate(divide="ignore", invalid="ignore"):
        volatility = np.log(_total(size, 20, bars) / 20 / (_total(size, 252, bars) / 252)) / sqrt((pi / 2 - 1) / 20)
        tech = -_total(r, 14, bars) / _total(size, 14, bars) * sqrt(28 / pi)
    macro_signal = np.full(volatility.shape, np.nan)
    if macro is not None:
        macro = np.asarray(macro, dtype=np.float64)
        trend = _drift(_returns(_carried(macro), bars), 60, bars)
        macro_signal[...] = np.where(np.isnan(macro[..., -bars:]), np.nan, trend)
    z = np.stack([_drift(r, 60, bars), _drift(r, 10, bars), volatility, macro_signal, tech], axis=-1)
    z[~np.isfinite(z)] = np.nan
    return z.clip(-LIMIT, LIMIT)


def trading_signal(x: ArrayLike, P: ArrayLike) -> TradingSignal:
    """Side, score and confidence of the states x (..., 5) with their covariances P (..., 5, 5)."""
    score = np.sum(WEIGHTS * np.asarray(x), axis=-1)
    next_x, next_P = predict(REGIME, x, P)
    mean = np.sum(WEIGHTS * next_x, axis=-1)
    deviation = np.sqrt(np.sum(WEIGHTS * np.sum(WEIGHTS * next_P, axis=-1), axis=-1))
    long, short = _normal((mean - THRESHOLD) / deviation), _normal((-THRESHOLD - mean) / deviation)
    side = np.where(score > THRESHOLD, Side.LONG, np.where(score < -THRESHOLD, Side.SHORT, Side.NEUTRAL))
    confidence = np.choose(side + 1, [short, 1 - long - short, long])
    return TradingSignal(side.astype(np.int8), score, confidence)


def _drift(r: Floats, window: int, bars: int) -> Floats:
    """The return of `window` sessions in standard deviations, from the volatility of the last 60."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return _total(r, window, bars) / np.sqrt(_total(r * r, 60, bars) / 60 * window)


def _returns(closes: Floats, bars: int) -> Floats:
    """Logarithmic returns (..., bars + 251) that end with the last close, NaN before the first."""
    wanted = bars + CLOSES - 2
    known = np.diff(np.log(closes[..., -wanted - 1 :]), axis=-1)
    r = np.full((*closes.shape[:-1], wanted), np.nan)
    r[..., wanted - known.shape[-1] :] = known
    return r


def _total(values: Floats, window: int, bars: int) -> Floats:
    """Sums of the last `window` values at each of the last `bars` places, oldest first whatever the shape."""
    begin = values.shape[-1] - bars - window + 1
    total = values[..., begin : begin + bars].copy()
    for place in range(begin + 1, begin + window):
        total += values[..., place : place + bars]
    return total


def _carried(values: Floats) -> Floats:
    """Each NaN replaced by the last value before it."""
    places = np.where(np.isnan(values), 0, np.arange(values.shape[-1]))
    return np.take_along_axis(values, np.maximum.accumulate(places, axis=-1), axis=-1)


def _normal(z: Floats) -> Floats:
    """The standard normal distribution function."""
    return np.asarray(0.5 + 0.5 * np.vectorize(erf, otypes=[np.float64])(z / sqrt(2)))
