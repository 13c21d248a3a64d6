"""The arithmetic of `signals.kalman`, with the series as the last axis: x (n, N), P (n, n, N), z (m, N).

Every step works on each series apart: there is no matrix product, whose rounding would depend on how many series share
it. So a series gets the same bits alone, in a batch of any size, and when its history is replayed.
"""

# ruff: noqa: N803, N806 (F, H, Q, R, P, S and K are the field's own letters)

from collections import defaultdict
from itertools import product
from math import log, pi
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Terms = list[tuple[int, float]]  # column and value of what is not 0 in one row of a matrix
Place = tuple[int, int]
Facts = tuple[Floats, Floats, NDArray[np.int64], Floats]  # log-likelihood, NIS, degrees of freedom, innovation

LOG_2_PI = log(2 * pi)


class Transition(NamedTuple):
    """F and Q, taken apart once for many steps: what is 0 in F costs nothing."""

    rows: list[Terms]  # of F
    elements: dict[Place, dict[Place, float]]  # of F P F', upper triangle: the weights of the elements of P in each
    Q: Floats


def transition(F: Floats, Q: Floats) -> Transition:
    rows = _terms(F)
    elements: dict[Place, dict[Place, float]] = {}
    for i, left in enumerate(rows):
        for j, right in enumerate(rows[i:], start=i):
            weights = elements.setdefault((i, j), defaultdict(float))
            for (row, a), (column, b) in product(left, right):
                weights[min(row, column), max(row, column)] += a * b
    return Transition(rows, elements, Q)


def predict(step: Transition, x: Floats, P: Floats, later: Floats, spread: Floats) -> None:
    """F x into `later` and F P F' + Q into `spread`. Of P the upper triangle is read."""
    for row, terms in enumerate(step.rows):
        later[row] = _sum(terms, x)
    for place, weights in step.elements.items():
        total = spread[place]
        total[:] = step.Q[place]
        for element, weight in weights.items():
            total += weight * P[element]
    _mirror(spread)


def update(H: Floats, R: Floats, x: Floats, P: Floats, z: Floats) -> Facts:
    """x and P become those given z. Of P the upper triangle is read.

    The components are taken one at a time, which is exact when their noises are independent and lets any of them be
    missing. Noises that are correlated become m more states, observed without noise and forgotten afterwards.
    """
    _mirror(P)
    if np.count_nonzero(R) == np.count_nonzero(np.diag(R)):
        return _one_by_one(H, np.diag(R), x, P, z)
    n, m = len(x), len(z)
    state = np.concatenate([x, np.zeros_like(z)])
    spread = np.zeros((n + m, n + m, x.shape[1]))
    spread[:n, :n] = P
    spread[n:, n:] = R[:, :, None]
    facts = _one_by_one(np.hstack([H, np.eye(m)]), np.zeros(m), state, spread, z)
    x[:], P[:] = state[:n], spread[:n, :n]
    return facts


def _one_by_one(H: Floats, r: Floats, x: Floats, P: Floats, z: Floats) -> Facts:
    """Scalar updates with the noise variances `r` (m); a missing component has a gain of 0 and changes no bit."""
    rows = _terms(H)
    seen = ~np.isnan(z)
    innovation = z - np.stack([_sum(h, x) for h in rows])
    nis, log_determinant = np.zeros((2, x.shape[1]))
    for h, noise, observed, value in zip(rows, r, seen, np.where(seen, z, 0), strict=True):
        g = _sum(h, P)  # P h
        S = _sum(h, g) + noise
        precision = observed / S
        K = g * precision
        error = value - _sum(h, x)
        x += K * error
        error *= error
        error *= precision
        nis += error
        log_determinant += observed * np.log(S)
        _joseph(P, K, g, S, h, noise)
    dof = seen.sum(axis=0)
    return -0.5 * (dof * LOG_2_PI + log_determinant + nis), nis, dof, innovation


def _joseph(P: Floats, K: Floats, g: Floats, S: Floats, h: Terms, noise: float) -> None:
    """P becomes A P A' + K r K' with A = I - K h', where g = P h and S = h' P h + r.

    First A P = P - K g', then (A P) A' + K r K' = A P - w K' with w = A g - r K = g - S K. Where h is not 0, 1 - K h is
    formed before it multiplies: a precise observation of a vague state must not leave a difference of large numbers.
    """
    w = g - S * K
    for column, value in h:
        w[column] = (1 - value * K[column]) * g[column] - noise * K[column]
        if len(h) > 1:
            w[column] -= K[column] * (S - noise - value * g[column])
    values = dict(h)
    for row, gain in enumerate(K):
        upper = P[row, row:]
        if row not in values:
            upper -= gain * g[row:]
        elif len(h) > 1:
            others = g[row:] - values[row] * upper
            upper *= 1 - values[row] * gain
            upper -= gain * others
        else:
            upper *= 1 - values[row] * gain
        upper -= w[row] * K[row:]
    _mirror(P)


def _mirror(P: Floats) -> None:
    """The lower triangle becomes equal to the upper."""
    for row in range(len(P) - 1):
        P[row + 1 :, row] = P[row, row + 1 :]


def _terms(matrix: Floats) -> list[Terms]:
    return [[(column, value) for column, value in enumerate(row) if value] for row in matrix.tolist()]


def _sum(terms: Terms, rows: Floats) -> Floats:
    """A new array: the sum of value * rows[column] over the terms."""
    if not terms:
        return np.zeros_like(rows[0])
    (column, value), *others = terms
    total: Floats = value * rows[column]
    for column, value in others:
        total += value * rows[column]
    return total
