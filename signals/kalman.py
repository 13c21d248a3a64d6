"""Kalman filter and smoother over many series at once, with any components of an observation missing.

    x' = F x + w, w ~ N(0, Q)        z = H x + v, v ~ N(0, R)

n is the size of the state, m that of the observation; leading axes are independent series. Sources: Bar-Shalom, Li,
Kirubarajan, "Estimation with Applications to Tracking and Navigation" (2001), 5.2 to 5.4; Durbin, Koopman, "Time Series
Analysis by State Space Methods" (2nd ed., 2012), 4.10 and 6.4 (missing components, one component at a time).

`predict`, `update` and `filter` give a series the same bits alone, in a batch of any size, and when it is replayed.
What they return is laid out with the series as the last axis in memory, whatever its shape: handed back to them, it is
not rearranged.
"""

# ruff: noqa: N803, N806 (F, H, Q, R, P, S and K are the field's own letters)

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from signals import kalman_kernel as kernel

Floats = NDArray[np.float64]

BLOCK = 10_000  # series at a time: enough to hide the cost of calling numpy, with room that stays small
ROUNDING = 1e-7  # a double eigenvalue of 1 is computed with an error of this order


class KalmanModel:
    """F (n, n), H (m, n), Q (n, n), R (m, m) for one session.

    ValueError for shapes that do not fit, a Q or R that is no covariance, and an F whose spectral radius is over 1:
    the uncertainty of such a model explodes while data are missing.
    """

    def __init__(self, F: ArrayLike, H: ArrayLike, Q: ArrayLike, R: ArrayLike) -> None:
        self.F, self.H, self.Q, self.R = (np.array(matrix, dtype=np.float64, ndmin=2) for matrix in (F, H, Q, R))
        m, n = self.H.shape
        for name, matrix, size in (("F", self.F, n), ("Q", self.Q, n), ("R", self.R, m)):
            if matrix.shape != (size, size):
                raise ValueError(f"{name} is {matrix.shape}: with H {self.H.shape} it must be {(size, size)}")
        for name, matrix in (("Q", self.Q), ("R", self.R)):
            if not is_covariance(matrix):
                raise ValueError(f"{name} is not symmetric and positive semidefinite")
        radius = np.abs(np.linalg.eigvals(self.F)).max()
        if radius > 1 + ROUNDING:
            raise ValueError(f"F is unstable: its spectral radius is {radius:.6g}")

    def over(self, dt: float) -> tuple[Floats, Floats]:
        """F and Q of `dt` sessions at once: F^dt and the sum of F^i Q F^i' over i < dt, in log2(dt) steps.

        ValueError unless `dt` is a whole number of at least 0.
        """
        if dt < 0 or dt != int(dt):
            raise ValueError(f"dt is {dt}: it counts elapsed sessions")
        F, Q = np.eye(len(self.F)), np.zeros_like(self.Q)
        power, noise, left = self.F, self.Q, int(dt)
        while left:
            if left % 2:
                F, Q = power @ F, power @ Q @ power.T + noise
            power, noise = power @ power, power @ noise @ power.T + noise
            left //= 2
        return F, Q


class Update(NamedTuple):
    """States after observations, and what the observations say about the model. Leading axes as in the call."""

    x: Floats  # (..., n)
    P: Floats  # (..., n, n), symmetric to the last bit
    log_likelihood: Floats  # (...), natural logarithm of the density of the observed components
    nis: Floats  # (...), normalised innovation squared: chi-square with `dof` degrees of freedom when the model holds
    dof: NDArray[np.int64]  # (...), the number of observed components
    innovation: Floats  # (..., m), z - H x before the update, NaN where missing


def is_covariance(P: ArrayLike) -> bool:
    """Whether P (n, n) is finite, symmetric and positive semidefinite, but for rounding."""
    P = np.asarray(P, dtype=np.float64)
    if not np.isfinite(P).all() or np.abs(P - P.T).max() > 1e-12 * np.abs(P).max():
        return False
    eigenvalues = np.linalg.eigvalsh(P)
    return bool(eigenvalues[0] >= -1e-12 * abs(eigenvalues[-1]))


def predict(model: KalmanModel, x: ArrayLike, P: ArrayLike, dt: ArrayLike = 1.0) -> tuple[Floats, Floats]:
    """x (..., n) and P (..., n, n) after `dt` sessions: one number for all, or one for each series (...)."""
    dt = np.asarray(dt, dtype=np.float64)
    states, covariances, lead = _series(model, x, P, dt.shape)
    if dt.ndim == 0:
        later, spread = _predict(model, float(dt), states, covariances)
    else:
        later, spread = np.empty(states.shape), np.empty(covariances.shape)
        for count in np.unique(dt):
            some = np.flatnonzero(np.broadcast_to(dt == count, lead))
            later[:, some], spread[..., some] = _predict(model, count, states[:, some], covariances[..., some])
    return _outward(later, lead), _outward(spread, lead)


def update(model: KalmanModel, x: ArrayLike, P: ArrayLike, z: ArrayLike) -> Update:
    """x (..., n) and P (..., n, n) given z (..., m), whose NaN components are left out: exactly, not guessed.

    Only the upper triangle of P is read. A series with no component observed keeps x and P to the last bit.
    """
    steps, lead = _run(model, x, P, np.asarray(z, dtype=np.float64)[..., None, :], [None])
    return Update._make(_outward(field[0], lead) for field in steps)


def filter(  # noqa: A001 (the field's word; callers write kalman.filter)
    model: KalmanModel, x0: ArrayLike, P0: ArrayLike, zs: ArrayLike, dts: ArrayLike = 1.0
) -> Update:
    """Predict and update for each of zs (..., T, m); the fields have T as their last leading axis.

    x0 and P0 are the state before the first step: the same as calling `predict` and `update` T times, to the last bit.
    `dts` is the elapsed sessions of every step, or one for each (T). Keeps every step's P: 8 T n^2 bytes a series;
    whoever needs the last state only, calls `predict` and `update`.
    """
    zs = np.asarray(zs, dtype=np.float64)
    dts = np.broadcast_to(dts, zs.shape[-2])
    transitions = {dt: kernel.transition(*model.over(dt)) for dt in np.unique(dts)}
    steps, lead = _run(model, x0, P0, zs, [transitions[dt] for dt in dts])
    return Update._make(_outward(field, lead) for field in steps)


def smooth(model: KalmanModel, filtered: Update, dts: ArrayLike = 1.0) -> tuple[Floats, Floats]:
    """x (..., T, n) and P (..., T, n, n) given all T observations, from what `filter` made of the same `dts`.

    Rauch, Tung, Striebel, "Maximum Likelihood Estimates of Linear Dynamic Systems", AIAA Journal 1965; P in a sum of
    squares, which stays positive. LinAlgError when a predicted P is singular: a state that is known without doubt.
    """
    x, P = filtered.x.copy(), filtered.P.copy()
    dts = np.broadcast_to(dts, x.shape[-2])
    for step in range(x.shape[-2] - 2, -1, -1):
        F, Q = model.over(dts[step + 1])
        ahead, spread = predict(model, x[..., step, :], P[..., step, :, :], dts[step + 1])
        gain = np.linalg.solve(spread, F @ P[..., step, :, :]).swapaxes(-1, -2)
        rest = np.eye(len(F)) - gain @ F
        x[..., step, :] += (gain @ (x[..., step + 1, :] - ahead)[..., None])[..., 0]
        smoothed = rest @ P[..., step, :, :] @ rest.swapaxes(-1, -2)
        smoothed += gain @ (P[..., step + 1, :, :] + Q) @ gain.swapaxes(-1, -2)
        P[..., step, :, :] = (smoothed + smoothed.swapaxes(-1, -2)) / 2
    return x, P


def _series(
    model: KalmanModel, x: ArrayLike, P: ArrayLike, lead: tuple[int, ...]
) -> tuple[Floats, Floats, tuple[int, ...]]:
    """x (n, N) and P (n, n, N) for N series, and the leading axes that N stands for."""
    x, P = np.asarray(x, dtype=np.float64), np.asarray(P, dtype=np.float64)
    lead = np.broadcast_shapes(x.shape[:-1], P.shape[:-2], lead)
    n = len(model.F)
    return _inward(np.broadcast_to(x, (*lead, n)), 1), _inward(np.broadcast_to(P, (*lead, n, n)), 2), lead


def _run(
    model: KalmanModel, x: ArrayLike, P: ArrayLike, zs: Floats, transitions: Sequence[kernel.Transition | None]
) -> tuple[Update, tuple[int, ...]]:
    """One update for each of zs (..., T, m), after its transition where it has one; the fields are (T, ..., N)."""
    states, covariances, lead = _series(model, x, P, zs.shape[:-2])
    zs = np.ascontiguousarray(_inward(np.broadcast_to(zs, (*lead, *zs.shape[-2:])), 2))
    n, (steps, m, count) = len(states), zs.shape
    result = Update(
        np.empty((steps, n, count)),
        np.empty((steps, n, n, count)),
        np.empty((steps, count)),
        np.empty((steps, count)),
        np.empty((steps, count), dtype=np.int64),
        np.empty((steps, m, count)),
    )
    for rows in _blocks(count):
        before, spread_before = states[:, rows], covariances[..., rows]
        for step, transition in enumerate(transitions):
            state, spread = result.x[step, :, rows], result.P[step, ..., rows]
            if transition is None:
                state[...], spread[...] = before, spread_before
            else:
                kernel.predict(transition, before, spread_before, state, spread)
            facts = kernel.Facts(
                result.log_likelihood[step, rows],
                result.nis[step, rows],
                result.dof[step, rows],
                result.innovation[step, :, rows],
            )
            kernel.update(model.H, model.R, state, spread, zs[step, :, rows], facts)
            before, spread_before = state, spread
    return result, lead


def _predict(model: KalmanModel, dt: float, x: Floats, P: Floats) -> tuple[Floats, Floats]:
    transition = kernel.transition(*model.over(dt))
    later, spread = np.empty(x.shape), np.empty(P.shape)
    for rows in _blocks(x.shape[-1]):
        kernel.predict(transition, x[:, rows], P[..., rows], later[:, rows], spread[..., rows])
    return later, spread


def _blocks(count: int) -> Iterator[slice]:
    return (slice(begin, begin + BLOCK) for begin in range(0, count, BLOCK))


def _inward(values: Floats, axes: int) -> Floats:
    """The leading axes become one, the last: no copy of what `_outward` made."""
    lead, core = values.shape[: values.ndim - axes], values.shape[values.ndim - axes :]
    return np.moveaxis(values, range(-axes, 0), range(axes)).reshape(*core, prod(lead))


def _outward(values: NDArray[Any], lead: tuple[int, ...]) -> NDArray[Any]:
    """A view whose last axis became the leading axes: only the shape changes, the memory stays series-last."""
    core = values.shape[:-1]
    return np.moveaxis(values.reshape((*core, *lead)), range(len(core)), range(-len(core), 0))
