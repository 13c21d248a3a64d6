"""The filter and the smoother against published numbers and the laws of the model."""

# ruff: noqa: N806 (F, H, P are the field's own letters)

from math import log, pi, sqrt
from typing import Any

import numpy as np
import pytest

from signals import kalman
from signals.kalman import KalmanModel

# Annual flow of the Nile at Aswan 1871 to 1970, 10^8 cubic metres (Cobb 1978; Durbin and Koopman's running example)
NILE = np.fromstring(
    """1120 1160 963 1210 1160 1160 813 1230 1370 1140 995 935 1110 994 1020 960 1180 799 958 1140
    1100 1210 1150 1250 1260 1220 1030 1100 774 840 874 694 940 833 701 916 692 1020 1050 969
    831 726 456 824 702 1120 1100 832 764 821 768 845 864 862 698 845 744 796 1040 759
    781 865 845 944 984 897 822 1010 771 676 649 846 812 742 801 1040 860 874 848 890
    744 749 838 1050 918 986 797 923 975 815 1020 906 901 1170 912 746 919 718 714 740""",
    sep=" ",
)
SIGMA_EPSILON, SIGMA_ETA = 15099.0, 1469.1  # Durbin and Koopman (2012), 2.10: the maximum likelihood estimates
CONSTANT_VELOCITY = [[1.0, 1.0], [0.0, 1.0]]


def local_level(epsilon: float, eta: float) -> KalmanModel:
    return KalmanModel([[1]], [[1]], [[eta]], [[epsilon]])


def nile(epsilon: float, eta: float, flow: np.ndarray = NILE) -> kalman.Update:
    """The exact diffuse start of the book's 2.2.5: the first flow is the level, known as well as one flow says."""
    return kalman.filter(local_level(epsilon, eta), flow[:1], [[epsilon]], flow[1:, None])


@pytest.mark.parametrize(
    ("q", "published"), [(1, -495.68), (0.0360, -492.53), (0.0745, -492.10), (0.0974, -492.07), (0.0973, -492.07)]
)
def test_nile_concentrated_log_likelihood(q: float, published: float) -> None:
    """Durbin and Koopman (2012), table 2.1, which leaves the constant (n log 2 pi + n - 1) / 2 out."""
    filtered = nile(1.0, q)
    n = NILE.size
    variance = filtered.nis.sum() / (n - 1)
    log_determinants = -2 * filtered.log_likelihood.sum() - (n - 1) * log(2 * pi) - filtered.nis.sum()
    assert -(n - 1) / 2 * log(variance) - log_determinants / 2 == pytest.approx(published, abs=0.006)


def test_nile_variance_and_diffuse_log_likelihood() -> None:
    """The variance is the book's 15099 at q = 0.0973; -632.5456 is what R's KFAS prints for this model."""
    assert nile(1.0, 0.0973).nis.sum() / 99 == pytest.approx(SIGMA_EPSILON, abs=1)
    assert nile(SIGMA_EPSILON, SIGMA_ETA).log_likelihood.sum() == pytest.approx(-632.5456, abs=5e-5)


def test_nile_steady_state() -> None:
    """The predicted variance settles at the root of the book's 2.11: P = epsilon (q + sqrt(q^2 + 4 q)) / 2."""
    q = SIGMA_ETA / SIGMA_EPSILON
    settled = nile(SIGMA_EPSILON, SIGMA_ETA).P[-1, 0, 0] + SIGMA_ETA
    assert settled == pytest.approx(SIGMA_EPSILON * (q + sqrt(q * q + 4 * q)) / 2, rel=1e-12)


def test_nile_with_missing_decades() -> None:
    """The book's 2.7, years 21 to 40 and 61 to 80 missing: the level stays, its variance grows by eta a year."""
    flow = NILE.copy()
    flow[20:40] = flow[60:80] = np.nan
    filtered = nile(SIGMA_EPSILON, SIGMA_ETA, flow)
    level, variance = filtered.x[:, 0], filtered.P[:, 0, 0]
    assert (level[19:39] == level[18]).all()
    assert variance[38] - variance[18] == pytest.approx(20 * SIGMA_ETA, rel=1e-12)
    assert filtered.dof[18:40].tolist() == [1] + [0] * 20 + [1]
    assert (filtered.log_likelihood[19:39] == 0).all()
    assert np.isnan(filtered.innovation[19:39]).all()


def test_nothing_observed_changes_no_bit() -> None:
    x, P = np.array([0.1, 0.7]), np.array([[0.3, 0.1], [0.1, 0.2]])
    model = KalmanModel(CONSTANT_VELOCITY, np.eye(2), np.eye(2) / 7, np.eye(2) / 3)
    updated = kalman.update(model, x, P, [np.nan, np.nan])
    assert updated.x.tolist() == x.tolist()
    assert updated.P.tolist() == P.tolist()
    assert [float(fact) for fact in (updated.log_likelihood, updated.nis, updated.dof)] == [0, 0, 0]


def test_one_number_by_hand() -> None:
    """x = 0, P = 1, r = 1, z = 2: half of the way, half of the variance, NIS 4 / 2, density of N(2; 0, 2)."""
    updated = kalman.update(local_level(1.0, 0.0), [0.0], [[1.0]], [2.0])
    facts = updated.x, updated.P, updated.nis, updated.dof, updated.innovation
    assert [fact.item() for fact in facts] == [1.0, 0.5, 2.0, 1, 2.0]
    assert updated.log_likelihood == pytest.approx(-0.5 * (log(2 * pi * 2) + 2), rel=1e-15)


def test_several_sessions_at_once_are_as_many_single_ones() -> None:
    model = KalmanModel([[0.9, 0.2], [-0.1, 0.8]], np.eye(2), [[0.3, 0.1], [0.1, 0.2]], np.eye(2))
    x, P = np.array([1.0, -2.0]), np.eye(2)
    at_once = kalman.predict(model, x, P, dt=5)
    for _ in range(5):
        x, P = kalman.predict(model, x, P)
    np.testing.assert_allclose(at_once[0], x, rtol=1e-14)
    np.testing.assert_allclose(at_once[1], P, rtol=1e-14)


def test_each_series_may_have_its_own_elapsed_sessions() -> None:
    model = KalmanModel([[0.9, 0.2], [-0.1, 0.8]], np.eye(2), np.eye(2), np.eye(2))
    x, P = np.arange(8.0).reshape(4, 2), np.eye(2)
    together = kalman.predict(model, x, P, dt=[0, 1, 3, 1])
    for row, dt in enumerate([0, 1, 3, 1]):
        alone = kalman.predict(model, x[row], P, dt)
        assert together[0][row].tolist() == alone[0].tolist()
        assert together[1][row].tolist() == alone[1].tolist()
    assert together[0][0].tolist() == x[0].tolist()


@pytest.mark.parametrize("dt", [-1, 0.5, np.nan, np.inf])
def test_elapsed_sessions_are_counted(dt: float) -> None:
    with pytest.raises((ValueError, OverflowError)):
        kalman.predict(local_level(1, 1), [0], [[1]], dt)


def test_a_precise_observation_of_a_vague_state_leaves_a_covariance() -> None:
    """P0 = 1e12, R = 1e-6 in a coupled model: without the Joseph form the result has negative variances."""
    F = np.array([[1.0, 1, 0.5], [0, 1, 1], [0, 0, 1]])
    model = KalmanModel(F, np.eye(3), np.eye(3) * 1e-8, np.eye(3) * 1e-6)
    x, P = np.zeros(3), np.eye(3) * 1e12
    for step in range(50):
        x, P = kalman.predict(model, x, P)
        x, P = kalman.update(model, x, P, [np.nan if (step + component) % 3 == 0 else 1.0 for component in range(3)])[
            :2
        ]
        assert (P == P.T).all()
        assert np.linalg.eigvalsh(P)[0] > 0


def test_components_that_mix_states_are_as_precise() -> None:
    """An observation of sums, of a vague state: the exact posterior is known, its information is H' R^-1 H."""
    H = np.array([[1.0, 1.0], [1.0, -1.0]])
    model = KalmanModel(np.eye(2), H, np.zeros((2, 2)), np.eye(2) * 1e-3)
    updated = kalman.update(model, np.zeros(2), np.eye(2) * 1e8, [3.0, 1.0])
    np.testing.assert_allclose(updated.x, [2, 1], rtol=1e-9)
    np.testing.assert_allclose(updated.P, np.eye(2) * 5e-4, rtol=1e-3, atol=1e-7)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"F": np.diag([1.0707, 0.5])}, "spectral radius is 1.0707"),
        ({"F": [[1.0, 0.1], [0.05, 1.0]]}, "spectral radius is 1.07071"),
        ({"F": np.eye(3)}, "F is"),
        ({"Q": np.eye(3)}, "Q is"),
        ({"R": np.eye(2)}, "R is"),
        ({"Q": [[1.0, 2.0], [2.0, 1.0]]}, "Q is not"),
        ({"Q": [[1.0, 0.5], [0.4, 1.0]]}, "Q is not"),
        ({"R": [[-1.0]]}, "R is not"),
        ({"R": [[np.nan]]}, "R is not"),
    ],
)
def test_a_model_that_makes_no_sense_is_refused(change: dict[str, Any], reason: str) -> None:
    sound: dict[str, Any] = {"F": CONSTANT_VELOCITY, "H": [[1.0, 0.0]], "Q": np.eye(2), "R": [[1.0]]}
    KalmanModel(**sound)
    with pytest.raises(ValueError, match=reason):
        KalmanModel(**(sound | change))
