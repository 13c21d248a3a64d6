"""Whether a filter still describes what it sees: its recent innovations against what the model expects of them.

When the model holds, the normalised innovations squared (NIS) of its steps add up to chi-square with the sum of their
degrees of freedom (Bar-Shalom, Li, Kirubarajan, "Estimation with Applications to Tracking and Navigation", 2001,
5.4.2). Markets have wilder days than the normal distribution has, so the limits are wide: of 20 US stocks from 2000 to
2022, 3 % of the sessions are over the first and 0.5 % over the second. A split that the data forgot scores 11.
"""

# ruff: noqa: N803 (P is the field's own letter)

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

WINDOW = 20  # steps that are judged together

# Standard normal deviates of the sum's probability
DRIFTING = 3.09  # one in a thousand
DIVERGED = 6.0  # one in a billion
RECOVERED = 1.645  # one in twenty


class Health(IntEnum):
    HEALTHY = 0
    DRIFTING = 1
    DIVERGED = 2


class Performance(NamedTuple):
    """What the last steps say of the filter. Leading axes as in the call; NaN where nothing was observed."""

    innovation_mean: Floats  # (..., m), about 0 when the model holds
    innovation_std: Floats  # (..., m), population
    max_innovation: Floats  # (..., m), the largest without its sign
    state_std: Floats  # (..., n), the filter's own standard errors
    score: Floats  # (...), see nis_score
    health: NDArray[np.int8]  # (...), values of Health


def nis_score(nis: ArrayLike, dof: ArrayLike) -> Floats:
    """The sum over the last axis as a standard normal deviate: 1.645 is chi-square's 95th percentile, and so on.

    By Wilson and Hilferty, "The Distribution of Chi-square", PNAS 1931: the cube root of chi-square over its degrees of
    freedom is nearly normal. Up to the 99.9th percentile it is off by 0.03 with 5 degrees of freedom, by 0.012 with 20,
    by 0.003 with 100; at a deviate of 6 it is 0.26, 0.1 and 0.03 too low. NaN without any degree of freedom.
    """
    total, freedom = np.sum(nis, axis=-1), np.sum(dof, axis=-1, dtype=np.float64)
    spread = 2 / (9 * np.where(freedom > 0, freedom, np.nan))
    return np.asarray((np.cbrt(total / freedom.clip(1)) - (1 - spread)) / np.sqrt(spread))


def health(score: ArrayLike, previous: ArrayLike = Health.HEALTHY) -> NDArray[np.int8]:
    """Health (...) from the score and the health before it.

    Above DIVERGED it is diverged, above DRIFTING at least drifting. What was either stays drifting until the score is
    at most RECOVERED, so that a score about a limit does not flicker. Without a score (NaN) nothing changes.
    """
    score, previous = np.asarray(score, dtype=np.float64), np.asarray(previous, dtype=np.int8)
    troubled = (score > DRIFTING) | ((previous > Health.HEALTHY) & (score > RECOVERED))
    judged = np.where(score > DIVERGED, Health.DIVERGED, np.where(troubled, Health.DRIFTING, Health.HEALTHY))
    return np.where(np.isnan(score), previous, judged).astype(np.int8)


def performance(
    innovations: ArrayLike, nis: ArrayLike, dof: ArrayLike, P: ArrayLike, previous: ArrayLike = Health.HEALTHY
) -> Performance:
    """Of the last WINDOW steps: innovations (..., W, m), nis and dof (..., W), and the newest P (..., n, n).

    Whoever keeps WINDOW steps of each, and the health, has the whole memory of this judgement.
    """
    innovations = np.asarray(innovations, dtype=np.float64)
    seen = ~np.isnan(innovations)
    count = seen.sum(axis=-2)
    count = np.where(count > 0, count, np.nan)
    values = np.where(seen, innovations, 0)
    mean = values.sum(axis=-2) / count
    square = (np.where(seen, innovations - mean[..., None, :], 0) ** 2).sum(axis=-2) / count
    score = nis_score(nis, dof)
    return Performance(
        innovation_mean=mean,
        innovation_std=np.sqrt(square),
        max_innovation=np.where(np.isnan(count), np.nan, np.abs(values).max(axis=-2)),
        state_std=np.sqrt(np.diagonal(np.asarray(P), axis1=-2, axis2=-1)),
        score=score,
        health=health(score, previous),
    )
