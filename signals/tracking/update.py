"""Takes the platform's filters on over new bars, on every shard alike.

Each shard keeps how far it has come with the bars' changes. A batch of symbols is worked out without a transaction,
then written in one, together with the progress; killed anywhere, the next run goes on at the last committed batch. A
shard that was down catches up from its own rows and gets the same bits, because a step depends on the step before and
on the bars alone. A corrected or late bar takes a filter back to the state before it.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import structlog
from django.db.models import Min
from redis.exceptions import RedisError

from shards.points import reach
from shards.transactions import in_transaction
from shards.walk import on_each_shard
from signals.kalman_health import WINDOW
from signals.market import procedures as market
from signals.models import MarketBar
from signals.tracking import procedures, state
from signals.tracking.observed import midnight, observed
from signals.tracking.state import PLATFORM, State
from signals.tracking.steps import Step, advance, first_state

log = structlog.get_logger(__name__)

NAME = "kalman"
SYMBOLS = 500  # worked on together
ROWS = 2_000  # steps in one transaction
STEPS = 500  # steps in one call
KEPT_AT_START = 250  # steps that are stored when a filter runs over the past for the first time
END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)

Worked = dict[Any, list[list[Step]]]  # what a batch depends on -> its steps, so that all shards share the work


def update_all() -> dict[str, Any]:
    """shard -> steps stored, or why not."""
    latest, worked = market.market_change_latest().change_seq, Worked()
    results = on_each_shard(lambda: update(latest, worked), "kalman")
    return {str(shard_id): result for shard_id, result in results.items()}


def update(latest: int, worked: Worked) -> int:
    """Bring the current shard's filters up to the bars' change `latest`; returns the number of steps stored."""
    stored = 0
    progress = _progress()
    while progress.change_seq < latest:
        progress = progress._replace(upto_seq=progress.upto_seq or latest)
        changes = market.market_changes_get(
            after_seq=progress.change_seq,
            upto_seq=progress.upto_seq,
            after_symbol=progress.symbol,
            limit=SYMBOLS,
        )
        steps = _steps(changes, worked)
        reach("kalman.worked_out")
        last = changes[-1].symbol if len(changes) == SYMBOLS else None
        for some, symbol in [*((some, some[-1][-1].state.ticker) for some in _portions(steps)), ([], last)]:
            before, progress = progress, _store(some, progress, symbol)
            if progress != _advanced(before, symbol):
                break  # somebody else was here meanwhile: from there on
            reach("kalman.stored")
            remember([one[-1].state for one in some])
            stored += sum(map(len, some))
    return stored


def latest_state(ticker: str, account_db_key: int = PLATFORM) -> State | None:
    """On the current shard: what Redis knows, or else the history, from which Redis gets it back; None for neither."""
    known = state.recall([ticker], account_db_key).get(ticker)
    if known is None:
        rows = procedures.kalman_history_get(ticker=ticker, account_db_key=account_db_key, before=None, limit=WINDOW)
        if rows:
            known = state.state_of(rows[::-1])
            remember([known])
    return known


def _steps(changes: Sequence[market.Change], worked: Worked) -> list[list[Step]]:
    """The steps that these changes ask for, of each symbol that has any, in the symbols' order."""
    if not changes:
        return []
    counts = dict(procedures.kalman_steps_get(tickers=[change.symbol for change in changes]))
    key = tuple((change, counts.get(change.symbol)) for change in changes)
    if key not in worked:
        worked.clear()  # of one batch at a time
        worked[key] = _worked_out(changes, counts)
    return worked[key]


def _worked_out(changes: Sequence[market.Change], counts: dict[str, int]) -> list[list[Step]]:
    first: date = MarketBar.objects.aggregate(first=Min("session"))["first"]
    states = _states(changes, counts)
    observations = observed(changes, {ticker: known.timestamp.date() for ticker, known in states.items()}, first)
    following = [change for change in changes if observations.get(change.symbol)]
    before = [
        states.get(change.symbol) or first_state(change.symbol, PLATFORM, midnight(first)) for change in following
    ]
    results = advance(
        before,
        [observations[change.symbol] for change in following],
        [counts.get(change.symbol, 0) for change in following],
    )
    return [
        steps if change.symbol in counts else steps[-KEPT_AT_START:]
        for change, steps in zip(following, results, strict=True)
    ]


def _states(changes: Sequence[market.Change], counts: dict[str, int]) -> dict[str, State]:
    """ticker -> its state before the first bar that changed: the latest one, unless that bar is behind it."""
    known = state.recall([change.symbol for change in changes if change.symbol in counts])
    found, missing = {}, {}
    for change in changes:
        latest = known.get(change.symbol)
        if latest and latest.step_count == counts[change.symbol] and latest.timestamp < midnight(change.first_session):
            found[change.symbol] = latest
        elif change.symbol in counts:
            missing[change.symbol] = midnight(change.first_session)
    return found | _restored(missing)


def _restored(before: dict[str, datetime]) -> dict[str, State]:
    """ticker -> its last state before a time, from this shard's history."""
    if not before:
        return {}
    wanted = [{"ticker": ticker, "before": moment.strftime("%Y-%m-%d %H:%M:%S")} for ticker, moment in before.items()]
    rows: dict[str, list[procedures.StepRow]] = {}
    for row in procedures.kalman_recent_get(wanted=wanted, limit=WINDOW):
        rows.setdefault(row.ticker, []).append(row)
    return {ticker: state.state_of(some) for ticker, some in rows.items()}


def _portions(steps: list[list[Step]]) -> Iterator[list[list[Step]]]:
    """Whole filters, of at most ROWS steps together where one alone has not more."""
    some: list[list[Step]] = []
    for one in steps:
        if some and sum(map(len, some)) + len(one) > ROWS:
            yield some
            some = []
        some.append(one)
    if some:
        yield some


@in_transaction
def _progress() -> market.Progress:
    return market.market_progress_lock(name=NAME)


@in_transaction
def _store(steps: list[list[Step]], before: market.Progress, symbol: str | None) -> market.Progress:
    """Steps and progress, together: done up to `symbol`, or with all of these changes when it is None.

    When somebody else was here meanwhile, his progress is returned and nothing is stored: the same steps are there.
    """
    known = market.market_progress_lock(name=NAME)
    if (known.change_seq, known.symbol) != (before.change_seq, before.symbol):
        return known
    rows = [_row(step) for one in steps for step in one]
    for begin in range(0, len(rows), STEPS):
        procedures.kalman_history_insert_batch(steps=rows[begin : begin + STEPS])
    after = _advanced(before, symbol)
    market.market_progress_advance(name=NAME, **after._asdict())
    return after


def _advanced(before: market.Progress, symbol: str | None) -> market.Progress:
    return market.Progress(before.upto_seq, 0, "") if symbol is None else before._replace(symbol=symbol)


def _row(step: Step) -> dict[str, Any]:
    return {
        "ticker": step.state.ticker,
        "timestamp": step.state.timestamp.strftime("%Y-%m-%d %H:%M:%S"),
        "state_vector_x": step.state.x,
        "covariance_matrix_p": step.state.P,
        "step_count": step.state.step_count,
        "trading_signal": step.trading_signal,
        "market_data": step.market_data,
        "performance_metrics": step.performance_metrics,
    }


def remember(states: list[State]) -> None:
    """With Redis down, the next run finds that it knows too little and asks the history."""
    try:
        state.remember(states)
    except RedisError as error:
        log.warning("kalman_states_not_remembered", error=str(error))
