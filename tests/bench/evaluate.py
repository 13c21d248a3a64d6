"""200,000 due signals of 500 symbols judged by `fp_signal_performance_evaluate`, in batches of 5,000, beside one bare
UPDATE ... JOIN that writes the same columns of the same rows."""

from functools import partial
from typing import Any

from django.db import connections, transaction
from rich.table import Table

from shards.scope import on_shard
from signals import evaluation, procedures
from tests.bench import data
from tests.bench.rounds import interleaved, ratio, table, verdict

ROUNDS, SIGNALS, SYMBOLS = 5, 200_000, 500
RESET = (
    "UPDATE table_signal_history SET horizon = 0, price_after_1d = NULL, profit_rate = NULL, is_win = NULL,"
    " evaluated_at = NULL"
)
BARE = (
    "UPDATE table_signal_history h JOIN bench_closes c ON c.symbol = h.symbol AND c.session = h.session"
    " SET h.price_after_1d = c.close, h.profit_rate = ROUND((c.close - h.signal_price) / h.signal_price * 100, 6),"
    " h.is_win = (c.close - h.signal_price) / h.signal_price >= 0.01, h.evaluated_at = UTC_TIMESTAMP(6), h.horizon = 1"
    " WHERE h.horizon = 0"
)


def measure() -> Table:
    data.due_signals(1, SIGNALS, SYMBOLS)
    outcomes = {symbol: _outcome(symbol) for symbol in (f"S{number:03}" for number in range(SYMBOLS))}

    def ours() -> None:
        """From the question what is pending to the last batch; only the closes are there already."""
        with on_shard(1):
            pending = procedures.signal_pending_get(
                horizon=0, after_symbol="", after_session=evaluation.FIRST[1], limit=evaluation.PAGE
            )
            due = [outcomes[row.symbol] | {"session": row.session} for row in pending]
            counts = {row[:2]: row.signals for row in pending}
            judged = sum(
                evaluation.in_batches(partial(evaluation._evaluate_batch, outcomes=portion, horizon=1))
                for portion in evaluation._portions(due, counts)
            )
            if judged != SIGNALS:
                raise AssertionError(f"the evaluation judged {judged}")

    def bare() -> None:
        with transaction.atomic(using="shard_1"), connections["shard_1"].cursor() as cursor:
            if cursor.execute(BARE) != SIGNALS:
                raise AssertionError("the bare statement missed signals")

    seconds = interleaved({"evaluation": ours, "bare UPDATE ... JOIN": bare}, ROUNDS, before=_reset)
    columns = table(f"Judging {SIGNALS:,} due signals", seconds, SIGNALS, "µs a signal")
    rate = ratio(seconds, "bare UPDATE ... JOIN", "evaluation")
    verdict(columns, "rate against the bare one's", rate, 0.5, at_most=False)
    return columns


def _outcome(symbol: str) -> dict[str, Any]:
    rates = {"rate": "1.000000", "best": "2.000000", "worst": "-1.000000"}
    return {"symbol": symbol, "signal_price": "100", "price": "101", **rates}


def _reset() -> None:
    with connections["shard_1"].cursor() as cursor:
        cursor.execute(RESET)
