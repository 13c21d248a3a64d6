"""The routines of the filters' history, on a shard, each with its types."""

from datetime import datetime
from typing import Any, NamedTuple

from shards.procedures import call, call_one


class StepRow(NamedTuple):
    idx: int
    ticker: str
    account_db_key: int
    timestamp: datetime
    state_vector_x: list
    covariance_matrix_p: list
    step_count: int
    trading_signal: str
    market_data: dict
    performance_metrics: dict
    created_at: datetime


class Stored(NamedTuple):
    result: str
    idx: int


class Inserted(NamedTuple):
    inserted: int


def kalman_history_insert(
    *,
    ticker: str,
    account_db_key: int,
    timestamp: datetime,
    state_vector_x: list[float],
    covariance_matrix_p: list[list[float]],
    step_count: int,
    trading_signal: str,
    market_data: dict[str, Any],
    performance_metrics: dict[str, Any],
) -> Stored:
    return call_one(
        "fp_kalman_history_insert",
        Stored,
        ticker=ticker,
        account_db_key=account_db_key,
        timestamp=timestamp,
        state_vector_x=state_vector_x,
        covariance_matrix_p=covariance_matrix_p,
        step_count=step_count,
        trading_signal=trading_signal,
        market_data=market_data,
        performance_metrics=performance_metrics,
    )


def kalman_history_insert_batch(*, steps: list[dict[str, Any]]) -> Inserted:
    return call_one("fp_kalman_history_insert_batch", Inserted, steps=steps)


def kalman_latest_state_get(*, ticker: str, account_db_key: int) -> StepRow | None:
    rows = call("fp_kalman_latest_state_get", StepRow, ticker=ticker, account_db_key=account_db_key)
    return rows[0] if rows else None


def kalman_history_get(*, ticker: str, account_db_key: int, before: datetime | None, limit: int) -> list[StepRow]:
    return call(
        "fp_kalman_history_get", StepRow, ticker=ticker, account_db_key=account_db_key, before=before, limit=limit
    )


def kalman_recent_get(*, wanted: list[dict[str, Any]], limit: int) -> list[StepRow]:
    return call("fp_kalman_recent_get", StepRow, wanted=wanted, limit=limit)


class Steps(NamedTuple):
    ticker: str
    step_count: int


def kalman_steps_get(*, tickers: list[str]) -> list[Steps]:
    return call("fp_kalman_steps_get", Steps, tickers=tickers)
