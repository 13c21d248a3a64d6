"""The incremental form is the whole computation, bit for bit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from signals.bollinger import Bands, RollingBands, bollinger_bands

FIELDS = ("closes", "middle", "sigma", "upper", "lower", "percent_b", "bandwidth")

closes_of_three = st.integers(0, 40).flatmap(
    lambda bars: arrays(np.float64, (3, bars), elements=st.floats(1e-3, 1e9) | st.just(np.nan), fill=st.nothing())
)


def assert_last_column(bands: Bands, whole: Bands) -> None:
    for field in FIELDS:
        np.testing.assert_array_equal(getattr(bands, field), getattr(whole, field)[..., -1], err_msg=field)


@settings(max_examples=30, deadline=None)
@given(closes=closes_of_three, warm=st.integers(0, 40), window=st.integers(3, 12))
def test_bar_by_bar_equals_the_whole(closes: np.ndarray, warm: int, window: int) -> None:
    rolling = RollingBands(closes[:, :warm], window, k=1.2)
    for bar in range(warm, closes.shape[1]):
        assert_last_column(rolling.add(closes[:, bar]), bollinger_bands(closes[:, : bar + 1], window, 1.2))


@settings(max_examples=30, deadline=None)
@given(closes=closes_of_three, window=st.integers(3, 12))
def test_many_symbols_equal_one_by_one(closes: np.ndarray, window: int) -> None:
    together = bollinger_bands(closes, window, 1.2)
    for row, series in enumerate(closes):
        alone = bollinger_bands(series, window, 1.2)
        for field in FIELDS:
            np.testing.assert_array_equal(getattr(together, field)[row], getattr(alone, field), err_msg=field)


@settings(max_examples=30, deadline=None)
@given(closes=closes_of_three, window=st.integers(3, 12), since=st.integers(0, 40))
def test_a_band_depends_on_its_own_window_only(closes: np.ndarray, window: int, since: int) -> None:
    """A scan that loads the last bars only finds what a backtest over all of them finds."""
    late, whole = bollinger_bands(closes[:, since:], window, 1.2), bollinger_bands(closes, window, 1.2)
    np.testing.assert_array_equal(late.lower[:, window - 1 :], whole.lower[:, since + window - 1 :])
    np.testing.assert_array_equal(late.upper[:, window - 1 :], whole.upper[:, since + window - 1 :])


def test_blocks_leave_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    closes = np.random.default_rng(3).lognormal(size=(7, 40))
    whole = bollinger_bands(closes)
    monkeypatch.setattr("signals.bollinger.BLOCK", 11)
    np.testing.assert_array_equal(bollinger_bands(closes).lower, whole.lower)


def test_amending_replaces_the_last_bar() -> None:
    """talipp's invariants for an updated and a deleted bar: nothing of the other values remains."""
    closes = np.random.default_rng(5).lognormal(size=(4, 30))
    rolling = RollingBands(closes)
    for other in range(20):
        rolling.amend(np.full(4, float(other)))
    assert_last_column(rolling.amend(closes[:, -1]), bollinger_bands(closes))
    later = np.full((4, 1), 3.0)
    assert_last_column(rolling.add(later[:, 0]), bollinger_bands(np.hstack([closes, later])))


def test_it_starts_from_nothing() -> None:
    rolling = RollingBands(np.empty((2, 0)), window=6)
    with pytest.raises(IndexError):
        rolling.amend([1.0, 2.0])
    for _ in range(5):
        assert np.isnan(rolling.add([1.0, 2.0]).middle).all()
    assert rolling.add([1.0, 2.0]).middle.tolist() == [1.0, 2.0]


def test_it_keeps_its_own_copy_of_the_closes() -> None:
    bar, history = np.array([1.0, 2.0]), np.ones((2, 19))
    rolling = RollingBands(history)
    rolling.add(bar)
    bar += 1
    history += 1
    assert rolling.amend([1.0, 1.0]).sigma.tolist() == [0.0, 0.0]


def test_parameters_that_can_never_fire_are_refused() -> None:
    with pytest.raises(ValueError, match="can never fire"):
        RollingBands(np.ones((2, 5)), window=5, k=2.0)
