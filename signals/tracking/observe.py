"""One observation for one account's own filter."""

from shards.placement import on_account
from shards.transactions import in_account_transaction
from signals.exceptions import KalmanStepTaken
from signals.tracking import procedures, state
from signals.tracking.state import State
from signals.tracking.steps import Observation, Step, advance, first_state
from signals.tracking.update import latest_state, remember

TRIES = 20


def observe(*, account_db_key: int, ticker: str, observation: Observation) -> State:
    """The state after the observation; the same state when it was seen before.

    Two at once cannot take the same step: the database lets one have it, the other reads that state and goes on from
    there. KalmanStepTaken is raised for an observation that is older than the state.
    """
    for _ in range(TRIES):
        with on_account(account_db_key):
            known = latest_state(ticker, account_db_key) or first_state(ticker, account_db_key, observation.timestamp)
        if known.step_count and observation.timestamp == known.timestamp:
            return known
        if known.step_count and observation.timestamp < known.timestamp:
            break
        ((step,),) = advance([known], [[observation]], [known.step_count])
        try:
            _insert(account_db_key=account_db_key, step=step)
        except KalmanStepTaken:
            state.forget([ticker], account_db_key)  # Redis may be behind the history
            continue
        remember([step.state])
        return step.state
    raise KalmanStepTaken


@in_account_transaction
def _insert(*, account_db_key: int, step: Step) -> procedures.Stored:
    return procedures.kalman_history_insert(
        ticker=step.state.ticker,
        account_db_key=account_db_key,
        timestamp=step.state.timestamp,
        state_vector_x=step.state.x,
        covariance_matrix_p=step.state.P,
        step_count=step.state.step_count,
        trading_signal=step.trading_signal,
        market_data=step.market_data,
        performance_metrics=step.performance_metrics,
    )
