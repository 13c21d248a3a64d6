"""The arithmetic of the filters' steps, all filters in one batch; no database.

A step depends on the state before it and on what was observed alone, to the last bit: the same steps come out whether
filters are taken together or apart, at once or in several runs.
"""

# ruff: noqa: N806 (P is the field's own letter)

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np

from signals import kalman, regime
from signals.kalman_health import WINDOW, Health, performance
from signals.tracking.state import Innovation, State

SIDES = {regime.Side.LONG: "Long", regime.Side.NEUTRAL: "Neutral", regime.Side.SHORT: "Short"}


class Observation(NamedTuple):
    """What one session shows of a symbol; None for a component that cannot be computed."""

    timestamp: datetime
    elapsed: int  # sessions since the observation before
    close: str  # as traded, for people
    z: list[float | None]


class Step(NamedTuple):
    """One step as the history keeps it, and the state after it."""

    state: State
    trading_signal: str
    market_data: dict[str, Any]
    performance_metrics: dict[str, Any]


class Signal(NamedTuple):
    side: str  # Long, Short, Neutral
    score: float
    confidence: float


def signal_of(state: State) -> Signal:
    """What a state says to do; the same numbers as its step has in the history."""
    signal = regime.trading_signal(np.array([state.x]), np.array([state.P]))
    return Signal(SIDES[regime.Side(int(signal.side[0]))], float(signal.score[0]), float(signal.confidence[0]))


def first_state(ticker: str, account_db_key: int, before: datetime) -> State:
    """Before anything is known: the model's long-run mean and covariance."""
    x, P = regime.prior()
    return State(ticker, account_db_key, 0, before, x.tolist(), P.tolist(), Health.HEALTHY, [])


def advance(
    states: Sequence[State], observed: Sequence[Sequence[Observation]], counts: Sequence[int]
) -> list[list[Step]]:
    """The steps of each filter over its observations, in time's order; filters may have different numbers of them.

    The first step is numbered after `counts`, the steps that the filter has: more than its state's when it goes back.
    """
    current, taken = list(states), list(counts)
    results: list[list[Step]] = [[] for _ in states]
    for number in range(max(map(len, observed), default=0)):
        active = [place for place, row in enumerate(observed) if number < len(row)]
        steps = _step(
            [current[place] for place in active],
            [observed[place][number] for place in active],
            [taken[place] + 1 for place in active],
        )
        for place, step in zip(active, steps, strict=True):
            current[place], taken[place] = step.state, step.state.step_count
            results[place].append(step)
    return results


def _step(states: Sequence[State], observations: Sequence[Observation], numbers: Sequence[int]) -> list[Step]:
    """One step of each filter, with its number."""
    elapsed = np.array([observation.elapsed for observation in observations])
    x, P = kalman.predict(
        regime.REGIME, np.array([state.x for state in states]), np.array([state.P for state in states]), elapsed
    )
    after = kalman.update(regime.REGIME, x, P, np.array([entry.z for entry in observations], dtype=np.float64))
    recent = [
        [*state.recent[1 - WINDOW :], Innovation(_plain(innovation), float(nis), int(dof))]
        for state, innovation, nis, dof in zip(states, after.innovation, after.nis, after.dof, strict=True)
    ]
    innovations, nis, dof = _ring(recent)
    judged = performance(innovations, nis, dof, after.P, [state.health for state in states])
    signal = regime.trading_signal(after.x, after.P)
    steps = []
    for place, (before, observation) in enumerate(zip(states, observations, strict=True)):
        state = State(
            before.ticker,
            before.account_db_key,
            numbers[place],
            observation.timestamp,
            after.x[place].tolist(),
            after.P[place].tolist(),
            int(judged.health[place]),
            recent[place],
        )
        newest = recent[place][-1]
        steps.append(
            Step(
                state,
                SIDES[regime.Side(int(signal.side[place]))],
                {
                    "observation": observation.z,
                    "elapsed": observation.elapsed,
                    "close": observation.close,
                    "follows": before.step_count,
                },
                {
                    "health": Health(state.health).name.lower(),
                    "health_score": _plain(judged.score[place]),
                    "score": float(signal.score[place]),
                    "confidence": float(signal.confidence[place]),
                    "innovation": newest.innovation,
                    "nis": newest.nis,
                    "dof": newest.dof,
                    "innovation_mean": _plain(judged.innovation_mean[place]),
                    "innovation_std": _plain(judged.innovation_std[place]),
                    "max_innovation": _plain(judged.max_innovation[place]),
                    "state_std": _plain(judged.state_std[place]),
                },
            )
        )
    return steps


def _ring(recent: Sequence[Sequence[Innovation]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(N, WINDOW, m) innovations, (N, WINDOW) nis and dof; a step that is not there yet is one without values."""
    innovations = np.full((len(recent), WINDOW, len(regime.STATES)), np.nan)
    nis, dof = np.zeros((2, len(recent), WINDOW))
    for row, entries in enumerate(recent):
        begin = WINDOW - len(entries)
        innovations[row, begin:] = [entry.innovation for entry in entries]
        nis[row, begin:] = [entry.nis for entry in entries]
        dof[row, begin:] = [entry.dof for entry in entries]
    return innovations, nis, dof


def _plain(values: Any) -> Any:
    """As JSON has it: None for NaN."""
    values = np.asarray(values)
    if values.ndim == 0:
        return None if np.isnan(values) else float(values)
    return [None if np.isnan(value) else value for value in values.tolist()]
