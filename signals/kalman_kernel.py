"""The arithmetic of `signals.kalman`, with the series as the last axis: x (n, N), P (n, n, N), z (m, N).

Every step works on each series apart: there is no matrix product, whose rounding would depend on how many series share
it. So a series gets the same bits alone, in a batch of any size, and when its history is replayed.
"""

# ruff: noqa: N803, N806 (F, H, Q, R, P, S and K are the field's own letters)

import itertools
import threading
from collections import defaultdict
from collections.abc import Sequence
from math import log, pi
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Terms = list[tuple[int, float]]  # column and value of what is not 0 in one row of a matrix
Place = tuple[int, int]

LOG_2_PI = log(2 * pi)
_kept = threading.local()


class Facts(NamedTuple):
    """What an update writes beside the state, one column for each series."""

    log_likelihood: Floats
    nis: Floats
    dof: NDArray[np.int64]
    innovation: Floats  # (m, N)


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
            for (row, a), (column, b) in itertools.product(left, right):
                weights[min(row, column), max(row, column)] += a * b
    return Transition(rows, elements, Q)


def predict(step: Transition, x: Floats, P: Floats, later: Floats, spread: Floats) -> None:
    """F x into `later` and F P F' + Q into `spread`. Of P the upper triangle is read."""
    product = _room(*x.shape).products[0]
    for row, terms in enumerate(step.rows):
        _sum(terms, x, later[row], product)
    for place, weights in step.elements.items():
        total = spread[place]
        _sum([*weights.items()], P, total, product, step.Q[place])
    _mirror(spread)


def update(H: Floats, R: Floats, x: Floats, P: Floats, z: Floats, facts: Facts) -> None:
    """x and P become those given z, and `facts` what that tells. Of P the upper triangle is read.

    The components are taken one at a time, which is exact when their noises are independent and lets any of them be
    missing. Noises that are correlated become m more states, observed without noise and forgotten afterwards.
    """
    if np.count_nonzero(R) == np.count_nonzero(np.diag(R)):
        _one_by_one(H, np.diag(R), x, P, z, facts)
        return
    n, m = len(x), len(z)
    state = np.concatenate([x, np.zeros_like(z)])
    spread = np.zeros((n + m, n + m, x.shape[1]))
    spread[:n, :n] = P
    spread[n:, n:] = R[:, :, None]
    _one_by_one(np.hstack([H, np.eye(m)]), np.zeros(m), state, spread, z, facts)
    x[:], P[:] = state[:n], spread[:n, :n]


class _Room:
    """Arrays for the steps between, kept from call to call: memory that is new costs more than the arithmetic in it.

    g = P h, the gain K, and w = g - S K (n, N), each with its rows from the i-th on; then (N) each.
    """

    def __init__(self, n: int, count: int) -> None:
        self.shape = (n, count)
        self.g, self.K, self.w, self.products = np.empty((4, n, count))
        self.S, self.precision, self.error, self.observed, self.seen, self.log_determinant = np.empty((6, count))
        self.missing = np.empty(count, dtype=bool)
        self.from_row = [(self.g[row:], self.K[row:], self.products[row:]) for row in range(n)]


def _room(n: int, count: int) -> _Room:
    room: _Room | None = getattr(_kept, "room", None)
    if room is None or room.shape != (n, count):
        room = _kept.room = _Room(n, count)
    return room


def _one_by_one(H: Floats, r: Floats, x: Floats, P: Floats, z: Floats, facts: Facts) -> None:
    """Scalar updates with the noise variances `r` (m); a missing component has a gain of 0 and changes no bit."""
    room = _room(*x.shape)
    g, K, S, precision, error, product = room.g, room.K, room.S, room.precision, room.error, room.products[0]
    rows = _terms(H)
    for h, value, innovation in zip(rows, z, facts.innovation, strict=True):
        _sum(h, x, innovation, product)
        np.subtract(value, innovation, out=innovation)
    facts.nis[:] = room.seen[:] = room.log_determinant[:] = 0
    for h, noise, value in zip(rows, r, z, strict=True):
        np.isnan(value, out=room.missing)
        np.subtract(1.0, room.missing, out=room.observed)
        room.seen += room.observed
        _times(P, h, g, product)
        _sum(h, g, S, product)
        S += noise
        np.divide(room.observed, S, out=precision)
        np.multiply(g, precision, out=K)
        _sum(h, x, error, product)
        np.subtract(value, error, out=error)
        np.copyto(error, 0, where=room.missing)
        np.multiply(K, error, out=room.products)
        x += room.products
        error *= error
        error *= precision
        np.add(facts.nis, error, out=facts.nis)
        np.log(S, out=error)
        error *= room.observed
        room.log_determinant += error
        _joseph(room, P, h, noise)
    _mirror(P)
    facts.dof[:] = room.seen
    facts.log_likelihood[:] = -0.5 * (room.seen * LOG_2_PI + room.log_determinant + facts.nis)


def _times(P: Floats, h: Terms, g: Floats, product: Floats) -> None:
    """g becomes P h, from the upper triangle of P."""
    for place, row in enumerate(g):
        _sum([((min(place, column), max(place, column)), value) for column, value in h], P, row, product)


def _joseph(room: _Room, P: Floats, h: Terms, noise: float) -> None:
    """P becomes A P A' + K r K' with A = I - K h', where g = P h and S = h' P h + r; its upper triangle does.

    First A P = P - K g', then (A P) A' + K r K' = A P - w K' with w = A g - r K = g - S K. Where h is not 0, 1 - K h is
    formed before it multiplies: a precise observation of a vague state must not leave a difference of large numbers.
    """
    g, K, w, S = room.g, room.K, room.w, room.S
    np.multiply(S, K, out=w)
    np.subtract(g, w, out=w)
    for column, value in h:
        w[column] = (1 - value * K[column]) * g[column] - noise * K[column]
        if len(h) > 1:
            w[column] -= K[column] * (S - noise - value * g[column])
    values = dict(h)
    for row, (right, gains, product) in enumerate(room.from_row):
        upper = P[row, row:]
        if row not in values:
            np.multiply(K[row], right, out=product)
            upper -= product
        elif len(h) > 1:
            others = right - values[row] * upper
            upper *= 1 - values[row] * K[row]
            upper -= K[row] * others
        else:
            upper *= 1 - values[row] * K[row]
        np.multiply(w[row], gains, out=product)
        upper -= product


def _mirror(P: Floats) -> None:
    """The lower triangle becomes equal to the upper."""
    for row in range(len(P) - 1):
        P[row + 1 :, row] = P[row, row + 1 :]


def _terms(matrix: Floats) -> list[Terms]:
    return [[(column, value) for column, value in enumerate(row) if value] for row in matrix.tolist()]


def _sum(
    terms: Sequence[tuple[int | Place, float]], rows: Floats, total: Floats, product: Floats, start: float = 0
) -> None:
    """`total` becomes `start` and the sum of value * rows[place] over the terms."""
    if not terms:
        total[:] = start
        return
    (place, value), *others = terms
    np.multiply(rows[place], value, out=total)
    if start:
        total += start
    for place, value in others:
        np.multiply(rows[place], value, out=product)
        total += product
