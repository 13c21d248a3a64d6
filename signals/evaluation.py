"""Judges signals by the close one trading session later, on the exchange's calendar.

A signal is due when that session's bar exists, never by the wall clock: after any downtime, the next run judges all
that became due meanwhile, once. Batches of accounts are one transaction each; killed anywhere, it is run again.
"""

from datetime import date
from typing import Any

from django.db.models import Min

from shards.points import reach
from shards.transactions import in_transaction
from shards.walk import on_each_shard
from signals import procedures
from signals.market import procedures as market
from signals.market.calendars import next_session
from signals.models import MarketBar, MarketSymbol

PAGE = 5_000  # pairs of symbol and session looked at together
ACCOUNTS = 5_000
FIRST = ("", date(1000, 1, 1))


def evaluate_all() -> dict[str, Any]:
    """shard -> signals judged, or why not."""
    return {str(shard_id): result for shard_id, result in on_each_shard(evaluate, "evaluation").items()}


def evaluate() -> int:
    """Judge all that is due on the current shard; returns the number of signals."""
    judged, (symbol, session) = 0, FIRST
    while pending := procedures.signal_pending_get(after_symbol=symbol, after_session=session, limit=PAGE):
        symbol, session = pending[-1]
        outcomes = _outcomes(pending)
        reach("evaluate.collected")
        judged += _judge(outcomes) if outcomes else 0
    return judged


def _outcomes(pending: list[procedures.Pending]) -> list[dict[str, Any]]:
    """The next sessions' closes, for those that have closed."""
    calendars = dict(
        MarketSymbol.objects.filter(symbol__in={row.symbol for row in pending}).values_list("symbol", "calendar")
    )
    first = MarketBar.objects.aggregate(first=Min("session"))["first"]
    wanted = [
        {**row._asdict(), "next_session": next_session(calendars[row.symbol], row.session, first=first)}
        for row in pending
        if row.symbol in calendars
    ]
    return [
        {
            "symbol": row.symbol,
            "session": row.session,
            "price_after_1d": str(row.close),
            "split_ratio": str(row.split_ratio),
        }
        for row in market.market_closes_get(wanted=wanted)
    ]


def _judge(outcomes: list[dict[str, Any]]) -> int:
    judged, after = 0, 0
    while True:
        batch = _batch(outcomes=outcomes, after_account_db_key=after, limit=ACCOUNTS)
        reach("evaluate.committed")
        judged += batch.evaluated
        if batch.upto_account_db_key is None:
            return judged
        after = batch.upto_account_db_key


@in_transaction
def _batch(*, outcomes: list[dict[str, Any]], after_account_db_key: int, limit: int) -> procedures.Evaluated:
    batch = procedures.signal_performance_evaluate(
        outcomes=outcomes, after_account_db_key=after_account_db_key, limit=limit
    )
    reach("evaluate.batch")
    return batch
