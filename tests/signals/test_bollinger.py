"""Bands against published and exact numbers."""

from fractions import Fraction
from math import isqrt, sqrt
from pathlib import Path

import numpy as np
import pytest
import talib

from signals.bollinger import _bands, bollinger_bands

TALIB_CLOSES = np.loadtxt(Path(__file__).with_name("talib_closes.txt").read_text().split("\n")[1:]).ravel()
TALIPP_CLOSES = [8.49, 9.21, 10.15, 10.3, 10.59, 10.23, 10.0]  # talipp tests/TalippTest.py: the end of CLOSE_TMPL


def test_talibs_published_row() -> None:
    """TA-Lib src/tools/ta_regtest/ta_test_func/test_bbands.c: BB(20,2), first row, four decimals."""
    bands = bollinger_bands(TALIB_CLOSES, 20, 2.0)
    first = [float(values[19]) for values in (bands.upper, bands.middle, bands.lower)]
    assert first == pytest.approx([98.0734, 92.8910, 87.7086], abs=5e-5, rel=0)


def test_every_row_equals_talibs() -> None:
    bands = bollinger_bands(TALIB_CLOSES, 20, 2.0)
    upper, middle, lower = talib.BBANDS(TALIB_CLOSES, 20, 2.0, 2.0)
    np.testing.assert_allclose(bands.upper, upper, rtol=1e-12)
    np.testing.assert_allclose(bands.middle, middle, rtol=1e-12)
    np.testing.assert_allclose(bands.lower, lower, rtol=1e-12)


def test_talipps_published_tail() -> None:
    """talipp tests/test_BB.py: BB(5,2), last three rows. (5, 2) never fires, so only the arithmetic is asked."""
    bands = _bands(TALIPP_CLOSES, 5, 2.0)
    tail = np.column_stack([bands.lower, bands.middle, bands.upper])[-3:]
    published = [[8.186646, 9.748000, 11.309353], [9.161539, 10.096000, 11.030460], [9.863185, 10.254000, 10.644814]]
    np.testing.assert_allclose(tail, published, atol=1e-6, rtol=0)


def test_percent_b_and_bandwidth() -> None:
    """Mean 3.25 and mean square 13.25 of the last four."""
    bands = bollinger_bands([1.0, 2.0, 3.0, 2.0, 6.0], window=4, k=1.0)
    sigma = sqrt(13.25 - 3.25**2)
    assert bands.middle[-1] == 3.25
    assert bands.sigma[-1] == pytest.approx(sigma, rel=1e-15)
    assert bands.percent_b[-1] == pytest.approx((6 - (3.25 - sigma)) / (2 * sigma), rel=1e-15)
    assert bands.bandwidth[-1] == pytest.approx(100 * 2 * sigma / 3.25, rel=1e-15)


def test_there_is_nothing_until_the_window_is_full() -> None:
    bands = bollinger_bands(np.arange(1.0, 31.0).reshape(2, 15), window=6)
    for values in (bands.middle, bands.sigma, bands.upper, bands.lower, bands.percent_b, bands.bandwidth):
        assert values.shape == (2, 15)
        assert np.isnan(values[:, :5]).all()
        assert np.isfinite(values[:, 5:]).all()
    assert np.isnan(bollinger_bands(np.ones((3, 19))).middle).all()
    assert bollinger_bands(np.empty((3, 0))).middle.shape == (3, 0)


def test_a_missing_close_blanks_its_own_windows_only() -> None:
    closes = np.arange(40.0) ** 2
    closes[10] = np.nan
    missing = np.isnan(bollinger_bands(closes, window=6).middle)
    assert np.flatnonzero(missing).tolist() == [0, 1, 2, 3, 4, 10, 11, 12, 13, 14, 15]


@pytest.mark.parametrize("price", [98.1, 0.1, 1.5e8 + 0.3])
def test_a_flat_window_has_a_sigma_of_exactly_zero(price: float) -> None:
    bands = bollinger_bands(np.full(40, price), window=7)
    assert (bands.sigma[6:] == 0).all()
    assert (bands.upper[6:] == price).all()
    assert (bands.lower[6:] == price).all()
    assert np.isnan(bands.percent_b).all()


def exact_sigma(window: np.ndarray) -> float:
    """Population sigma by rational arithmetic, rounded once or twice at the end."""
    values = [Fraction(float(value)) for value in window]
    mean = sum(values) / len(values)
    variance = sum((value - mean) ** 2 for value in values) / len(values)
    return float(Fraction(isqrt(int(variance * 10**40)), 10**20))


NEAR_150_MILLION = 1.5e8 + np.cumsum(np.random.default_rng(7).normal(0, 0.7, 300))
# after the jump from 1e8 to 2e8 the series moves by 1, then by tenths
AFTER_DOUBLING = np.concatenate([np.full(30, 1e8), 2e8 + np.arange(60) % 2, 2e8 + np.arange(60) * 7 % 10 / 10])


@pytest.mark.parametrize("closes", [NEAR_150_MILLION, AFTER_DOUBLING, TALIB_CLOSES], ids=["1.5e8", "jump", "talib"])
@pytest.mark.parametrize("window", [6, 20, 50])
def test_sigma_is_right_at_any_price(closes: np.ndarray, window: int) -> None:
    """Asked is 1e-9; reached are a few roundings. One-pass sums from 0 have no right digit in the first two series."""
    sigma = bollinger_bands(closes, window, 2.0).sigma
    for bar in range(window - 1, closes.size):
        assert sigma[bar] == pytest.approx(exact_sigma(closes[bar - window + 1 : bar + 1]), rel=1e-13, abs=0), bar


@pytest.mark.parametrize(("window", "k"), [(5, 2.0), (5, 2.5), (10, 3.0), (2, 1.0), (26, 5.0)])
def test_parameters_that_can_never_fire_are_refused_with_the_reason(window: int, k: float) -> None:
    with pytest.raises(ValueError, match="can never fire"):
        bollinger_bands(TALIB_CLOSES, window, k)


@pytest.mark.parametrize(("window", "k"), [(1, 0.5), (0, 0.5), (-20, 2.0), (20, 0.0), (20, -2.0), (20, float("nan"))])
def test_parameters_without_sense_are_refused(window: int, k: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        bollinger_bands(TALIB_CLOSES, window, k)
