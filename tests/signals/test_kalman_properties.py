"""What holds for any model: batches, replays, long runs."""

# ruff: noqa: N806 (F, H, P, Q, R, S and K are the field's own letters)

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from signals import kalman
from signals.kalman import KalmanModel, Update


def random_model(random: np.random.Generator, n: int, m: int, *, correlated: bool = False) -> KalmanModel:
    """A stable one, with zeros in F and H as real models have."""
    F = random.normal(size=(n, n)) * (random.random((n, n)) < 0.6)
    F /= max(1.0, 1.01 * np.abs(np.linalg.eigvals(F)).max())
    roots = random.normal(size=(n, n)), random.normal(size=(m, m))
    Q, R = (root @ root.T / 10 + 0.01 * np.eye(len(root)) for root in roots)
    H = random.normal(size=(m, n)) * (random.random((m, n)) < 0.6)
    return KalmanModel(F, H, Q, R if correlated else np.diag(np.diag(R)))


def observations(random: np.random.Generator, *shape: int, missing: float = 0.3) -> np.ndarray:
    return np.where(random.random(shape) < missing, np.nan, random.normal(size=shape))


def assert_equal(left: Update, right: Update) -> None:
    for name, one, other in zip(Update._fields, left, right, strict=True):
        np.testing.assert_array_equal(one, other, err_msg=name)


models = st.builds(
    lambda seed, n, m, correlated: (
        random_model(np.random.default_rng(seed), n, m, correlated=correlated),
        np.random.default_rng(seed + 1),
    ),
    st.integers(0, 2**32),
    st.integers(1, 4),
    st.integers(1, 4),
    st.booleans(),
)


@settings(max_examples=25, deadline=None)
@given(made=models)
def test_a_batch_is_its_series_one_by_one_to_the_bit(made: tuple[KalmanModel, np.random.Generator]) -> None:
    model, random = made
    m, n = model.H.shape
    zs, x = observations(random, 2, 3, 5, m), random.normal(size=(2, 3, n))
    together = kalman.filter(model, x, np.eye(n), zs)
    for place in np.ndindex(2, 3):
        assert_equal(
            Update._make(field[place] for field in together), kalman.filter(model, x[place], np.eye(n), zs[place])
        )


@settings(max_examples=25, deadline=None)
@given(made=models, dts=st.lists(st.integers(0, 4), min_size=4, max_size=4))
def test_a_replay_from_any_step_is_the_same_to_the_bit(
    made: tuple[KalmanModel, np.random.Generator], dts: list[int]
) -> None:
    model, random = made
    m, n = model.H.shape
    zs = observations(random, 4, m)
    whole = kalman.filter(model, np.zeros(n), np.eye(n), zs, dts)
    x, P = np.zeros(n), np.eye(n)
    for step, dt in enumerate(dts):
        one = kalman.update(model, *kalman.predict(model, x, P, dt), zs[step])
        assert_equal(one, Update._make(field[step] for field in whole))
        x, P = np.array(one.x.tolist()), np.array(one.P.tolist())  # as it is stored and read back


@settings(max_examples=25, deadline=None)
@given(made=models)
def test_a_missing_component_is_a_model_without_it(made: tuple[KalmanModel, np.random.Generator]) -> None:
    """Against the textbook's update with the rows of H and R deleted."""
    model, random = made
    m, n = model.H.shape
    x, z = random.normal(size=n), observations(random, m)
    P = random_model(random, n, n, correlated=True).R
    seen = np.flatnonzero(~np.isnan(z))
    H, R = model.H[seen], model.R[np.ix_(seen, seen)]
    S = H @ P @ H.T + R
    K = np.linalg.solve(S, H @ P).T
    error = z[seen] - H @ x
    updated = kalman.update(model, x, P, z)
    np.testing.assert_allclose(updated.x, x + K @ error, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(updated.P, P - K @ S @ K.T, rtol=1e-9, atol=1e-11)
    nis = error @ np.linalg.solve(S, error)
    np.testing.assert_allclose(updated.nis, nis, rtol=1e-9, atol=1e-12)
    likelihood = -0.5 * (seen.size * np.log(2 * np.pi) + np.linalg.slogdet(S)[1] + nis)
    np.testing.assert_allclose(updated.log_likelihood, likelihood, rtol=1e-9, atol=1e-12)


def test_more_series_than_a_block_holds_make_no_difference() -> None:
    random = np.random.default_rng(11)
    model = random_model(random, 3, 2)
    count = kalman.BLOCK + 3
    x, z = random.normal(size=(count, 3)), observations(random, count, 2)
    together = kalman.update(model, x, np.eye(3), z)
    for place in (0, kalman.BLOCK - 1, kalman.BLOCK, count - 1):
        assert_equal(
            Update._make(field[place] for field in together), kalman.update(model, x[place], np.eye(3), z[place])
        )


def test_a_covariance_stays_one_for_10_000_random_steps() -> None:
    """Exact symmetry, and positive definite by Cholesky; a third missing, one to three sessions a step."""
    random = np.random.default_rng(9)
    model = random_model(random, 2, 2)
    zs, dts = observations(random, 10_000, 2), random.integers(1, 4, 10_000)
    filtered = kalman.filter(model, np.zeros(2), np.eye(2), zs, dts)
    np.testing.assert_array_equal(filtered.P, filtered.P.swapaxes(-1, -2))
    np.linalg.cholesky(filtered.P)
    assert np.isfinite(filtered.x).all()


def test_100_missing_steps_stay_bounded() -> None:
    """The uncertainty of a stable model grows to its stationary covariance, never beyond; the state fades."""
    F = np.diag([0.99, 0.9, 0.5]) + np.diag([0.05, 0.05], 1)
    model = KalmanModel(F, np.eye(3), np.eye(3) / 10, np.eye(3))
    stationary = np.linalg.solve(np.eye(9) - np.kron(F, F), model.Q.ravel()).reshape(3, 3)
    filtered = kalman.filter(model, np.ones(3), np.zeros((3, 3)), np.full((100, 3), np.nan))
    assert (np.linalg.eigvalsh(stationary - filtered.P) > -1e-12).all()
    assert (np.diff(np.trace(filtered.P, axis1=1, axis2=2)) > 0).all()
    np.testing.assert_allclose(filtered.x[-1], np.linalg.matrix_power(F, 100) @ np.ones(3), rtol=1e-12)
