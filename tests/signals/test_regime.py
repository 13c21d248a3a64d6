"""The five-state model: its unit, its fit to real prices, its signal."""

import numpy as np
import pytest

from signals import kalman
from signals.bollinger import split_adjusted
from signals.market.sample import SampleMarket
from signals.regime import CLOSES, REGIME, STATES, THRESHOLD, WEIGHTS, Side, observations, prior, trading_signal

TREND, MOMENTUM, VOLATILITY, MACRO, TECH = range(5)


def sample_closes(symbol: str) -> np.ndarray:
    market = SampleMarket()
    bars = list(market.bars([symbol], after=None, until=None))
    return split_adjusted([float(bar.close) for bar in bars], [bar.session for bar in bars], market.splits([symbol]))


def random_walks(count: int, length: int) -> np.ndarray:
    return 100 * np.exp(np.cumsum(np.random.default_rng(2).normal(0, 0.02, (count, length)), axis=-1))


def test_a_random_walk_has_mean_0_and_deviation_1_in_every_component() -> None:
    """That is the unit; 2,000 walks give the deviation to 2 %, the windows' own estimates of volatility the rest."""
    walks = random_walks(2000, CLOSES)
    z = observations(walks, macro=walks[::-1], bars=1)[:, 0]
    assert np.abs(z.mean(axis=0)).max() < 0.15
    assert np.abs(z.std(axis=0) - 1).max() < 0.07


def test_by_hand() -> None:
    """Ten rises of 1 % after 243 sessions of 1 % up and down in turn: every sum can be counted."""
    steps = np.array([0.01, -0.01] * 121 + [0.01] * 10)
    z = observations(np.exp(np.cumsum([0, *steps])), bars=1)[0]
    assert z[TREND] == pytest.approx(10 / np.sqrt(60), rel=1e-9)
    assert z[MOMENTUM] == pytest.approx(10 / np.sqrt(10), rel=1e-9)
    assert z[VOLATILITY] == pytest.approx(0, abs=1e-9)
    assert np.isnan(z[MACRO])
    assert z[TECH] == pytest.approx(-10 / 14 * np.sqrt(28 / np.pi), rel=1e-9)


def test_volatility_is_relative_to_the_year() -> None:
    """Twice the moves for 20 of 252 sessions: ln(2 / (272 / 252)) in standard deviations of 20."""
    steps = np.array([0.01, -0.01] * 116 + [0.02, -0.02] * 10)
    z = observations(np.exp(np.cumsum([0, *steps])), bars=1)[0]
    assert z[VOLATILITY] == pytest.approx(np.log(2 / (272 / 252)) * np.sqrt(20 / (np.pi / 2 - 1)), rel=1e-9)


def test_components_appear_as_their_windows_fill() -> None:
    z = observations(random_walks(1, 300)[0], macro=random_walks(2, 300)[1])
    assert [int(np.flatnonzero(~np.isnan(z[:, state]))[0]) for state in range(5)] == [60, 60, 252, 60, 14]
    assert z.shape == (300, len(STATES))


def test_a_flat_price_is_no_observation() -> None:
    assert np.isnan(observations(np.full(300, 98.1))).all()


def test_a_slow_macro_series_counts_on_its_own_sessions() -> None:
    closes, macro = random_walks(2, 300)
    monthly = np.where(np.arange(300) % 21 == 0, macro, np.nan)
    seen = ~np.isnan(observations(closes, macro=monthly)[:, MACRO])
    assert np.flatnonzero(seen).tolist() == list(range(63, 300, 21))


def test_the_last_bars_alone_give_the_same_bits() -> None:
    walks = random_walks(3, 600)
    whole = observations(walks, macro=walks[0])
    late = observations(walks[:, -CLOSES - 4 :], macro=walks[0, -CLOSES - 4 :], bars=5)
    np.testing.assert_array_equal(late, whole[:, -5:])
    np.testing.assert_array_equal(observations(walks[1], macro=walks[0], bars=5), late[1])


def test_extremes_are_cut() -> None:
    steps = np.array([0.001, -0.001] * 130 + [0.5] * 20)
    assert observations(np.exp(np.cumsum(steps)), bars=1)[0, VOLATILITY] == 5


def test_the_prior_is_where_the_model_rests() -> None:
    x, P = prior()  # noqa: N806
    later_x, later_P = kalman.predict(REGIME, x, P, dt=10)  # noqa: N806
    np.testing.assert_allclose(later_P, P, rtol=1e-9)
    assert later_x.tolist() == [0] * 5
    assert np.abs(np.linalg.eigvals(REGIME.F)).max() < 1


@pytest.fixture(scope="module")
def filtered() -> kalman.Update:
    """Five years of AAPL, IBM and MSFT, to which the model was not fitted; their mean stands for the market."""
    closes = np.stack([sample_closes(symbol) for symbol in ("AAPL", "IBM", "MSFT")])
    return kalman.filter(REGIME, *prior(), observations(closes, np.exp(np.log(closes).mean(axis=0)), bars=1250))


def test_the_model_fits_stocks_that_it_was_not_fitted_to(filtered: kalman.Update) -> None:
    """The mean NIS per component is 1 when the noise has the right size; a market of three stocks is no index."""
    assert filtered.nis.sum(axis=-1) / filtered.dof.sum(axis=-1) == pytest.approx([1, 1, 1], abs=0.2)


def test_the_side_is_the_scores() -> None:
    x = np.array([[2.0, 0, 0, 0, 0], [-2.0, 0, 0, 0, 0], [1.0, 0, 5, 0, 0], [0, 1, 0, 1, 1]])
    signal = trading_signal(x, np.eye(5) / 100)
    np.testing.assert_allclose(signal.score, [0.8, -0.8, 0.4, 0.6], rtol=1e-12)
    assert signal.side.tolist() == [Side.LONG, Side.SHORT, Side.NEUTRAL, Side.LONG]
    assert signal.confidence[0] == pytest.approx(signal.confidence[1], rel=1e-12)
    assert ((signal.confidence > 0) & (signal.confidence < 1)).all()


def test_confidence_is_the_chance_of_the_same_side_next_session() -> None:
    """Against 200,000 draws of the next session."""
    x, P = np.array([1.0, 0.6, 0.0, 0.3, -0.2]), np.eye(5) / 50  # noqa: N806
    mean, covariance = kalman.predict(REGIME, x, P)
    scores = np.random.default_rng(0).multivariate_normal(mean, covariance, 200_000) @ WEIGHTS
    assert trading_signal(x, P).side == Side.LONG
    assert trading_signal(x, P).confidence == pytest.approx((scores > THRESHOLD).mean(), abs=0.004)


def test_confidence_is_borne_out_on_real_prices(filtered: kalman.Update) -> None:
    """Of the sessions with a confidence of about c, about c keep their side on the next."""
    signal = trading_signal(filtered.x, filtered.P)
    kept = signal.side[:, 1:] == signal.side[:, :-1]
    confidence = signal.confidence[:, :-1]
    for low in (0.5, 0.6, 0.7, 0.8, 0.9):
        group = (confidence >= low) & (confidence < low + 0.1)
        assert kept[group].mean() == pytest.approx(confidence[group].mean(), abs=0.06), low
