"""fp_kalman_history_insert and fp_kalman_latest_state_get."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from accounts.procedures import SignedUp
from shards.exceptions import AccountNotProvisioned
from shards.scope import on_shard
from signals.exceptions import KalmanStateInvalid, KalmanStepTaken
from signals.models import KalmanHistory
from signals.tracking import procedures
from tests import scratch

pytestmark = pytest.mark.django_db(databases="__all__")
NOON = datetime(2012, 6, 1, 12, tzinfo=UTC)
IDENTITY = np.eye(5).tolist()


def insert(**changed: Any) -> procedures.Stored:
    step: dict[str, Any] = {
        "ticker": "AAPL",
        "account_db_key": 0,
        "timestamp": NOON,
        "state_vector_x": [0.1, -0.2, 1e-300, 1 / 3, 5],
        "covariance_matrix_p": IDENTITY,
        "step_count": 1,
        "trading_signal": "Neutral",
        "market_data": {"close": "1"},
        "performance_metrics": {"health": "healthy"},
    }
    with on_shard(1):
        return procedures.kalman_history_insert(**step | changed)


def test_it_says_success_and_the_row_s_id_and_repeating_makes_no_second_row() -> None:
    first = insert()
    with on_shard(1):
        (row,) = KalmanHistory.objects.all()
    assert first == ("SUCCESS", row.idx)
    assert insert() == first
    with on_shard(1):
        assert KalmanHistory.objects.count() == 1


def test_what_comes_back_is_what_went_in_to_the_last_bit() -> None:
    rng = np.random.default_rng(5)
    root = rng.normal(size=(5, 5)) * 10.0 ** rng.integers(-9, 9, (5, 1))
    covariance = root @ root.T
    covariance = np.maximum(covariance, covariance.T)
    state = (rng.normal(size=5) * 10.0 ** rng.integers(-30, 30, 5)).tolist()
    insert(state_vector_x=state, covariance_matrix_p=covariance.tolist())
    with on_shard(1):
        row = procedures.kalman_latest_state_get(ticker="AAPL", account_db_key=0)
    assert row is not None
    assert row.state_vector_x == state
    assert row.covariance_matrix_p == covariance.tolist()
    assert (row.timestamp, row.step_count, row.trading_signal) == (NOON, 1, "Neutral")


def changed(place: tuple[int, int], value: Any) -> list[list[Any]]:
    matrix = np.eye(5).tolist()
    matrix[place[0]][place[1]] = value
    return matrix


SINGULAR = np.ones((5, 5)).tolist()


@pytest.mark.parametrize(
    "wrong",
    [
        {"state_vector_x": [1]},
        {"state_vector_x": [1, 2, 3, 4]},
        {"state_vector_x": [1, 2, 3, 4, "5"]},
        {"state_vector_x": [1, 2, 3, 4, None]},
        {"state_vector_x": [1, 2, 3, 4, [5]]},
        {"state_vector_x": [1, 2, 3, 4, True]},
        {"state_vector_x": {"a": 1}},
        {"covariance_matrix_p": [[1]]},
        {"covariance_matrix_p": np.eye(4).tolist()},
        {"covariance_matrix_p": [*np.eye(5).tolist()[:4], [0, 0, 0, 1]]},
        {"covariance_matrix_p": changed((0, 1), 0.5)},
        {"covariance_matrix_p": changed((2, 2), "1")},
        {"covariance_matrix_p": changed((2, 2), None)},
        {"covariance_matrix_p": changed((2, 2), 0)},
        {"covariance_matrix_p": changed((4, 4), -1e-9)},
        {"covariance_matrix_p": SINGULAR},
        {"covariance_matrix_p": (-np.eye(5)).tolist()},
    ],
    ids=str,
)
def test_what_is_no_state_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(KalmanStateInvalid):
        insert(**wrong)
    with on_shard(1):
        assert KalmanHistory.objects.count() == 0


def test_positive_definite_is_what_cholesky_says() -> None:
    """A hundred matrices, half of them shifted until their smallest eigenvalue is below 0."""
    rng = np.random.default_rng(11)
    for number in range(100):
        root = rng.normal(size=(5, 5))
        matrix = root @ root.T + 0.01 * np.eye(5)
        if number % 2:
            matrix -= 1.05 * np.linalg.eigvalsh(matrix)[0] * np.eye(5)
        matrix = np.maximum(matrix, matrix.T)
        try:
            np.linalg.cholesky(matrix)
            insert(step_count=number + 1, covariance_matrix_p=matrix.tolist())
            assert number % 2 == 0
        except np.linalg.LinAlgError:
            with pytest.raises(KalmanStateInvalid):
                insert(step_count=number + 1, covariance_matrix_p=matrix.tolist())


def test_another_observation_cannot_have_the_same_step() -> None:
    insert()
    with pytest.raises(KalmanStepTaken):
        insert(timestamp=NOON.replace(hour=13))
    with on_shard(1):
        assert KalmanHistory.objects.get().timestamp == NOON
    assert insert(ticker="MSFT", timestamp=NOON.replace(hour=13)).result == "SUCCESS"


def test_an_account_s_filter_is_its_own_and_needs_its_residence(make_account: Callable[..., SignedUp]) -> None:
    key = make_account(shard=1).account_db_key
    insert(account_db_key=key, state_vector_x=[9, 9, 9, 9, 9])
    with on_shard(1):
        assert procedures.kalman_latest_state_get(ticker="AAPL", account_db_key=0) is None
    with pytest.raises(AccountNotProvisioned):
        insert(account_db_key=key + 1)


def test_the_latest_state_is_one_step_down_an_index() -> None:
    with on_shard(1):
        KalmanHistory.objects.bulk_create(
            KalmanHistory(
                ticker=f"T{number % 20}",
                account_db_key=0,
                timestamp=NOON,
                state_vector_x=[],
                covariance_matrix_p=[],
                step_count=number,
                trading_signal="Long",
                market_data={},
                performance_metrics={},
                created_at=NOON,
            )
            for number in range(400)
        )
    plan = scratch.execute(
        "shard_1",
        "EXPLAIN SELECT * FROM table_kalman_history WHERE ticker = 'T1' AND account_db_key = 0"
        " ORDER BY step_count DESC LIMIT 1",
    )
    assert "uq_kalman_step" in str(plan)
    assert "ilesort" not in str(plan)
    assert "Sort" not in str(plan)
