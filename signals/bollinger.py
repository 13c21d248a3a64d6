"""Bollinger bands over many symbols at once.

The middle is the simple mean of `window` closes, the newest included; sigma is the *population* standard deviation of
the same closes; the bands lie `k` sigma above and below. Source: John Bollinger, "Bollinger on Bollinger Bands", 2001.

Arrays are float64 and time is the last axis. A band depends on the closes of its own window alone, to the last bit, so
that a scan of the last bars, a backtest over years and the incremental form agree exactly.
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from math import sqrt
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

BUY, SELL = 1, -1
TOUCH = 1e-9  # of a band's distance from the middle: nearer than this, a close touches the band and is not beyond it
BLOCK = 24_000  # closes worked on at a time: the arrays of a block stay in the cache


class Split(Protocol):
    """What is needed of a `signals.market.Split`, whose module knows Django's settings."""

    @property
    def session(self) -> date: ...
    @property
    def ratio(self) -> Decimal: ...


@dataclass(frozen=True, slots=True)
class Bands:
    """Bands of every bar of `closes`, all of one shape, in the unit of the closes; NaN until the window is full.

    The properties are computed whenever they are asked for.
    """

    closes: Floats
    middle: Floats
    sigma: Floats
    k: float

    @property
    def upper(self) -> Floats:
        upper = self.k * self.sigma
        upper += self.middle
        return upper

    @property
    def lower(self) -> Floats:
        lower = self.k * self.sigma
        np.subtract(self.middle, lower, out=lower)
        return lower

    @property
    def percent_b(self) -> Floats:
        """Where the close lies: 0 on the lower band, 1 on the upper; NaN where sigma is 0."""
        with np.errstate(invalid="ignore"):
            return 0.5 + (self.closes - self.middle) / (2 * self.k * self.sigma)

    @property
    def bandwidth(self) -> Floats:
        """Distance of the bands in per cent of the middle."""
        return 200 * self.k * self.sigma / self.middle


def bollinger_bands(closes: ArrayLike, window: int = 20, k: float = 2.0) -> Bands:
    """The bands of `closes` (..., T). A NaN close leaves the `window` bars that it is part of without bands.

    ValueError for parameters that make no sense or can never give a signal (see `check_parameters`).
    """
    check_parameters(window, k)
    return _bands(closes, window, k)


def check_parameters(window: int, k: float) -> None:
    """ValueError unless a close can cross a band.

    The close is part of its own window, and no value of n lies further than sqrt(n - 1) population sigmas from their
    mean (Samuelson, "How Deviant Can You Be?", JASA 1968): with a larger or equal `k` no alarm would ever fire.
    """
    if window < 2:
        raise ValueError(f"a window of {window} has no deviation: it must be at least 2")
    if not k > 0:
        raise ValueError(f"k is {k}: it must be positive")
    if k >= sqrt(window - 1):
        raise ValueError(
            f"k = {k} can never fire with a window of {window}: no close of {window} lies more than "
            f"sqrt({window} - 1) = {sqrt(window - 1):.3f} sigma from their mean"
        )


def crossings(closes: ArrayLike, bands: Bands) -> NDArray[np.int8]:
    """BUY on each bar whose close falls below the lower band, SELL on each that rises above the upper, else 0.

    Only the crossing bar counts: the bar before had a band and its close was not beyond that side of it. So the first
    bar with a band never fires, nor does a bar after a gap (NaN), nor a flat window, whose bands are the close itself.
    Nor does a close on the very band, wherever rounding puts it: see TOUCH.
    """
    closes = np.asarray(closes, dtype=np.float64)
    signals = np.zeros(closes.shape, dtype=np.int8)
    distance, reach = closes - bands.middle, (1 + TOUCH) * bands.k * bands.sigma
    now, before = np.s_[..., 1:], np.s_[..., :-1]
    signals[now][(distance[now] < -reach[now]) & (distance[before] >= -reach[before])] = BUY
    signals[now][(distance[now] > reach[now]) & (distance[before] <= reach[before])] = SELL
    return signals


class Moments(NamedTuple):
    """Of windows of one size, each at its newest close."""

    size: int
    offset: Floats  # the mean less the newest close
    spread: Floats  # the sum of the squared distances from the mean


class RollingBands:
    """The newest bands of many symbols, bar by bar; equal to `bollinger_bands` over the whole history in every bit.

    Keeps the last closes of each symbol and the moments of the shorter windows that a new one is joined from, some
    five arrays for each bar of the window; a bar costs at most 9 operations per symbol for each doubling up to the
    window, and as many again for a window that is no power of two. Not safe for concurrent use.
    """

    def __init__(self, closes: ArrayLike, window: int = 20, k: float = 2.0) -> None:
        """Begin after the bars `closes` (..., T) of the symbols (...); T may be 0."""
        check_parameters(window, k)
        self.window = window
        self.k = k
        self._bars: deque[Floats] = deque(maxlen=window)
        self._moments = {1 << power: deque[Moments](maxlen=(1 << power) + 1) for power in range(window.bit_length())}
        for bar in np.moveaxis(np.asarray(closes, dtype=np.float64), -1, 0)[-window:]:
            self.add(bar)

    def add(self, closes: ArrayLike) -> Bands:
        """Append one bar, `closes` (...), NaN for a symbol that did not trade; its bands, of the same shape."""
        self._bars.append(np.array(closes, dtype=np.float64))
        return self._newest()

    def amend(self, closes: ArrayLike) -> Bands:
        """Replace the newest bar, which must exist (IndexError); its bands."""
        self._bars[-1] = np.array(closes, dtype=np.float64)
        for size, moments in self._moments.items():
            if len(self._bars) >= size:
                moments.pop()
        return self._newest()

    def _newest(self) -> Bands:
        newest = self._bars[-1]
        self._moments[1].append(Moments(1, np.zeros_like(newest), np.zeros_like(newest)))
        for size, moments in self._moments.items():
            if 2 * size <= min(self.window, len(self._bars)):
                self._moments[2 * size].append(self._joined(size, moments[-1]))
        if len(self._bars) < self.window:
            nothing = np.full(newest.shape, np.nan)
            return Bands(newest, nothing, nothing, self.k)
        first, *others = _sizes(self.window)
        whole = self._moments[first][-1]
        for size in others:
            whole = self._joined(size, whole)
        return Bands(newest, whole.offset + newest, np.sqrt(whole.spread / self.window), self.k)

    def _joined(self, size: int, newer: Moments) -> Moments:
        """The newest window of `newer` and the `size` bars before it."""
        before = -1 - newer.size
        return _join(self._moments[size][before], newer, self._bars[before] - self._bars[-1])


def split_adjusted(closes: ArrayLike, sessions: Sequence[date], splits: Iterable[Split]) -> Floats:
    """`closes` (..., T) as traded on the T ascending `sessions` of one symbol, in terms of the last session's shares.

    Closes before a split are divided by its ratio. A split after the last session is not known yet and changes nothing.
    """
    adjusted = np.array(closes, dtype=np.float64)
    for split in splits:
        position = bisect_left(sessions, split.session)
        if position < len(sessions):
            adjusted[..., :position] /= float(split.ratio)
    return adjusted


def _bands(closes: ArrayLike, window: int, k: float) -> Bands:
    """The bands for any window of at least 2.

    All series are worked on as one, in blocks; the windows that reach over from one series into the next are those
    of bars that have no full window, and are blanked at the end.
    """
    closes = np.ascontiguousarray(closes, dtype=np.float64)
    line = closes.reshape(-1)
    middle, sigma = np.empty((2, line.size))
    for begin in range(window - 1, line.size, BLOCK):
        end = min(begin + BLOCK, line.size)
        whole = _windows(line[begin - window + 1 : end], window)
        np.add(whole.offset, line[begin:end], out=middle[begin:end])
        np.divide(whole.spread, window, out=sigma[begin:end])
        np.sqrt(sigma[begin:end], out=sigma[begin:end])
    bands = Bands(closes, middle.reshape(closes.shape), sigma.reshape(closes.shape), k)
    bands.middle[..., : window - 1] = np.nan
    bands.sigma[..., : window - 1] = np.nan
    return bands


def _windows(closes: Floats, window: int) -> Moments:
    """Of each window of the bars `closes` (T): T - window + 1 of them."""

    def joined(older: Moments, newer: Moments) -> Moments:
        """Each window of `newer` that has one of `older` before it, with that."""
        shift, count = older.size, closes.size - older.size - newer.size + 1
        gap = closes[shift - 1 : shift - 1 + count] - closes[-count:]
        before = Moments(shift, older.offset[:count], older.spread[:count])
        return _join(before, Moments(newer.size, newer.offset[shift:], newer.spread[shift:]), gap)

    moments, parts = Moments(1, np.zeros_like(closes), np.zeros_like(closes)), []
    for size in _sizes(window):
        while moments.size < size:
            moments = joined(moments, moments)
        parts.append(moments)
    return reduce(lambda newer, older: joined(older, newer), parts)


def _sizes(window: int) -> list[int]:
    """The powers of two that make up a window, the smallest and newest first: 4 and 16 for 20."""
    return [1 << power for power in range(window.bit_length()) if window >> power & 1]


def _join(older: Moments, newer: Moments, gap: Floats) -> Moments:
    """The moments of two windows that follow each other; `gap`, the newest close of `older` less that of `newer`, is
    overwritten.

    As right as two passes over the whole window, at any price, because only differences of its closes are ever summed
    (Chan, Golub, LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances", 1979), and
    exactly 0 in a flat window. Sums that run on from bar to bar are faster still, but have no digit left near 1e8.
    """
    size = older.size + newer.size
    alone = size == 2  # two closes: the other terms are zeros
    if not alone:
        gap += older.offset
        gap -= newer.offset
    offset = gap * (older.size / size)
    spread = gap
    spread *= offset
    if not alone:
        spread *= newer.size
        spread += older.spread
        spread += newer.spread
        offset += newer.offset
    return Moments(size, offset, spread)
