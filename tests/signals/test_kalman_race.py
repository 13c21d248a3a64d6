"""Observations of one account's filter at once: each that was acknowledged is a step, and follows the one before."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import numpy as np
import pytest

from accounts.procedures import SignedUp
from shards.scope import on_shard
from signals import kalman, regime
from signals.exceptions import KalmanStepTaken
from signals.models import KalmanHistory
from signals.tracking.observe import observe
from signals.tracking.state import recall
from signals.tracking.steps import Observation

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
THREADS, EACH = 8, 5
START = datetime(2012, 6, 1, tzinfo=UTC)


def test_no_step_is_lost(make_account: Callable[..., SignedUp], at_once: Callable[..., list[Any]]) -> None:
    """With `uq_kalman_step` dropped, two observations took one step, and the routine found two rows where one should be
    (1172)."""
    key = make_account(shard=1).account_db_key
    clock, lock = count(), threading.Lock()

    def moment() -> datetime:
        with lock:
            return START + timedelta(seconds=next(clock))

    def work(number: int) -> int:
        done = 0
        while done < EACH:
            observation = Observation(moment(), 1, "100", [float(number), None, 0.5, None, -1.0])
            try:
                observe(account_db_key=key, ticker="AAPL", observation=observation)
                done += 1
            except KalmanStepTaken:
                continue  # somebody's later observation was first
        return done

    assert at_once(work, *range(THREADS)) == [EACH] * THREADS
    with on_shard(1):
        rows = list(KalmanHistory.objects.filter(account_db_key=key).order_by("step_count"))
    assert [row.step_count for row in rows] == list(range(1, THREADS * EACH + 1))
    assert [row.market_data["follows"] for row in rows] == list(range(THREADS * EACH))
    x, P = regime.prior()  # noqa: N806
    for row in rows:
        x, P = kalman.predict(regime.REGIME, x, P)  # noqa: N806
        after = kalman.update(regime.REGIME, x, P, np.array(row.market_data["observation"], dtype=np.float64))
        x, P = after.x, after.P  # noqa: N806
        assert x.tolist() == row.state_vector_x
    assert recall(["AAPL"], key)["AAPL"].step_count == THREADS * EACH


def test_an_observation_seen_twice_is_one_step(make_account: Callable[..., SignedUp]) -> None:
    key = make_account(shard=2).account_db_key
    observation = Observation(START, 1, "100", [1.0, 1.0, 0.0, None, 0.0])
    first = observe(account_db_key=key, ticker="AAPL", observation=observation)
    assert observe(account_db_key=key, ticker="AAPL", observation=observation) == first
    with on_shard(2):
        assert KalmanHistory.objects.count() == 1
