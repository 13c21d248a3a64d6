"""Chi-square and the three states of health."""

import numpy as np
import pytest

from signals import kalman
from signals.kalman_health import WINDOW, Health, health, nis_score, performance
from signals.market.sample import SampleMarket
from signals.regime import CLOSES, REGIME, observations, prior

HEALTHY, DRIFTING, DIVERGED = Health


@pytest.mark.parametrize(
    ("quantile", "dof", "deviate", "accuracy"),
    [
        (11.070, 5, 1.645, 0.006),  # the 95th percentile, as printed in any chi-square table
        (20.515, 5, 3.090, 0.03),  # the 99.9th
        (31.410, 20, 1.645, 0.002),
        (45.315, 20, 3.090, 0.012),
        (124.342, 100, 1.645, 0.001),
        (149.449, 100, 3.090, 0.004),
    ],
)
def test_the_score_is_chi_squares_tabled_percentile(quantile: float, dof: int, deviate: float, accuracy: float) -> None:
    assert nis_score([quantile], [dof]) == pytest.approx(deviate, abs=accuracy)


def test_the_score_adds_steps_and_counts_what_was_observed() -> None:
    steps = np.array([[4.0, 0.0, 7.07], [4.0, 0.0, 7.07]])
    assert nis_score(steps, [[2, 0, 3], [2, 0, 3]]) == pytest.approx([1.645, 1.645], abs=0.006)
    assert np.isnan(nis_score([0.0, 0.0], [0, 0]))


def test_the_score_of_a_true_model_is_standard_normal() -> None:
    random = np.random.default_rng(1)
    score = nis_score(random.chisquare(5, (100_000, WINDOW)), np.full((100_000, WINDOW), 5))
    assert score.mean() == pytest.approx(0, abs=0.01)
    assert score.std() == pytest.approx(1, abs=0.01)
    assert (score > 3.09).mean() == pytest.approx(0.001, abs=0.0004)


@pytest.mark.parametrize(
    ("score", "previous", "expected"),
    [
        (0.0, HEALTHY, HEALTHY),
        (3.0, HEALTHY, HEALTHY),
        (3.2, HEALTHY, DRIFTING),
        (6.1, HEALTHY, DIVERGED),
        (6.1, DRIFTING, DIVERGED),
        (5.9, DIVERGED, DRIFTING),
        (1.7, DRIFTING, DRIFTING),
        (1.7, DIVERGED, DRIFTING),
        (1.6, DRIFTING, HEALTHY),
        (1.6, DIVERGED, HEALTHY),
        (np.nan, DIVERGED, DIVERGED),
        (np.nan, HEALTHY, HEALTHY),
    ],
)
def test_health_worsens_at_once_and_recovers_with_a_margin(score: float, previous: Health, expected: Health) -> None:
    assert health(score, previous) == expected


def sample_health(*, adjusted: bool) -> np.ndarray:
    """Health from 30 sessions before AAPL's split of 2005; unadjusted, the price halves on that session.

    Both begin among the results of January 2005, after which the price jumped.
    """
    market = SampleMarket()
    bars = list(market.bars(["AAPL"], after=None, until=None))
    split = market.splits(["AAPL"])[1]
    at = next(place for place, bar in enumerate(bars) if bar.session == split.session)
    closes = np.array([float(bar.close) for bar in bars])
    closes[:at] /= float(split.ratio) if adjusted else 1
    z = observations(closes[: at + 100], bars=100 + 30 + WINDOW - 1)
    filtered = kalman.filter(REGIME, *prior(), z)
    states = [health(np.nan)]
    for end in range(WINDOW, len(z) + 1):
        score = nis_score(filtered.nis[end - WINDOW : end], filtered.dof[end - WINDOW : end])
        states.append(health(score, states[-1]))
    return np.array(states[1:])


def test_a_forgotten_split_diverges_and_recovers() -> None:
    """It diverges at once, again when the split leaves the window of volatility, and then comes back."""
    states = sample_health(adjusted=False)
    assert states.shape == (130,)
    assert (states[20:30] == HEALTHY).all()
    assert (states[30 : 30 + WINDOW] == DIVERGED).all()
    assert (states[-50:] == HEALTHY).all()


def test_the_same_prices_with_the_split_are_healthy() -> None:
    assert (sample_health(adjusted=True)[20:] == HEALTHY).all()


def test_performance_of_a_window() -> None:
    innovations = np.array([[1.0, np.nan], [-3.0, np.nan], [2.0, np.nan]])
    result = performance(innovations, [1.0, 9.0, 4.0], [1, 1, 1], np.diag([4.0, 9.0]), previous=Health.DRIFTING)
    assert result.innovation_mean[0] == 0
    assert result.innovation_std[0] == pytest.approx(np.sqrt(14 / 3), rel=1e-15)
    assert result.max_innovation[0] == 3
    assert np.isnan([result.innovation_mean[1], result.innovation_std[1], result.max_innovation[1]]).all()
    assert result.state_std.tolist() == [2, 3]
    assert result.score == nis_score([1.0, 9.0, 4.0], [1, 1, 1])
    assert result.health == Health.DRIFTING


def test_performance_of_many_series_is_that_of_each() -> None:
    z = observations(np.random.default_rng(3).lognormal(0, 0.02, (4, CLOSES + WINDOW)).cumprod(axis=-1), bars=WINDOW)
    filtered = kalman.filter(REGIME, *prior(), z)
    together = performance(filtered.innovation, filtered.nis, filtered.dof, filtered.P[:, -1])
    for series in range(4):
        alone = performance(
            filtered.innovation[series], filtered.nis[series], filtered.dof[series], filtered.P[series, -1]
        )
        for field in alone._fields:
            np.testing.assert_allclose(getattr(alone, field), getattr(together, field)[series], rtol=1e-12)
