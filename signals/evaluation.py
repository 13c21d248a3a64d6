"""Judges signals by the closes one, three and five trading sessions later, on the exchange's calendar.

A signal is due when that session's bar exists, never by the wall clock: after any downtime, the next run judges all
that became due meanwhile, once. A bar that is corrected, or comes late, has the signals judged again that it was used
for: as a revision, which leaves the judgement before readable. Batches of accounts are one transaction each; killed
anywhere, it is run again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple, Protocol

from django.db.models import Min

from shards.points import reach
from shards.transactions import in_transaction
from shards.walk import on_each_shard
from signals import procedures
from signals.market import procedures as market
from signals.market.calendars import session_offset
from signals.models import MarketBar, MarketSymbol
from signals.rates import rate

NAME = "judgements"  # progress with the bars' corrections
HORIZONS = (1, 3, 5)
PAGE = 5_000  # pairs of symbol and session looked at together
ACCOUNTS = 5_000
FIRST = ("", date(1000, 1, 1))


class OnSession(Protocol):
    """A session of a symbol."""

    @property
    def symbol(self) -> str: ...
    @property
    def session(self) -> date: ...


class Touched(NamedTuple):
    symbol: str
    session: date


def evaluate_all() -> dict[str, Any]:
    """shard -> signals judged, or why not."""
    return {str(shard_id): result for shard_id, result in on_each_shard(evaluate, "evaluation").items()}


def revise_all() -> dict[str, Any]:
    """shard -> judgements that changed, or why not."""
    latest = market.market_change_latest().change_seq
    results = on_each_shard(partial(revise, latest), "revision")
    return {str(shard_id): result for shard_id, result in results.items()}


def evaluate() -> int:
    """Judge all that is due on the current shard; returns the number of judgements."""
    return sum(_evaluate(before, horizon) for before, horizon in zip((0, *HORIZONS), HORIZONS, strict=False))


def revise(latest: int) -> int:
    """Judge again what corrections up to the bars' change `latest` touch; returns how many judgements changed."""
    done = _progress().change_seq
    if done >= latest:
        return 0
    revised = market.market_revised_get(after_seq=done, upto_seq=latest)
    outcomes = _new_outcomes(_touched(revised))
    changed = 0
    for begin in range(0, len(outcomes), PAGE):
        changed += in_batches(partial(_revise_batch, outcomes=outcomes[begin : begin + PAGE]))
    _advance(latest)
    return changed


def _evaluate(before: int, horizon: int) -> int:
    """The signals that are judged for `before` sessions and due for `horizon`."""
    judged, (symbol, session) = 0, FIRST
    while pending := procedures.signal_pending_get(
        horizon=before, after_symbol=symbol, after_session=session, limit=PAGE
    ):
        symbol, session, _ = pending[-1]
        outcomes = _outcomes(pending, horizon)
        reach("evaluate.collected")
        for portion in _portions(outcomes, {row[:2]: row.signals for row in pending}):
            judged += in_batches(partial(_evaluate_batch, outcomes=portion, horizon=horizon))
    return judged


def _portions(outcomes: list[dict[str, Any]], counts: Mapping[tuple[str, date], int]) -> Iterator[list[dict[str, Any]]]:
    """Outcomes that decide on at most `ACCOUNTS` signals together, where one alone does not decide on more."""
    portion: list[dict[str, Any]] = []
    total = 0
    for outcome in outcomes:
        count = counts[outcome["symbol"], outcome["session"]]
        if portion and total + count > ACCOUNTS:
            yield portion
            portion, total = [], 0
        portion.append(outcome)
        total += count
    if portion:
        yield portion


def _outcomes(pending: Sequence[OnSession], horizon: int) -> list[dict[str, Any]]:
    """What became of the sessions whose later one has closed."""
    outcomes = []
    for symbol, session, target, path in _paths(pending, horizon):
        if path[0].bar_session != session or path[-1].bar_session != target:
            continue
        signal_price, later = path[0].close, path[-1]
        best, worst = _extremes(signal_price, path[1:])
        outcomes.append(
            {
                "symbol": symbol,
                "session": session,
                "signal_price": str(signal_price),
                "price": str(later.close),
                "rate": str(rate(signal_price, later.close * later.split_ratio)),
                "best": best,
                "worst": worst,
            }
        )
    return outcomes


def _touched(revised: Iterable[OnSession]) -> list[Touched]:
    """The sessions whose signals were judged by these bars: their own, and the five before."""
    rows = list(revised)
    calendars, first = _calendars({row.symbol for row in rows})
    touched = set()
    for row in rows:
        touched.add(Touched(row.symbol, row.session))
        for back in range(1, HORIZONS[-1] + 1):
            try:
                session = session_offset(calendars[row.symbol], row.session, -back, first=first)
            except ValueError:
                break  # there are no earlier ones
            touched.add(Touched(row.symbol, session))
    return sorted(touched)


def _new_outcomes(touched: Sequence[Touched]) -> list[dict[str, Any]]:
    """All horizons' prices of these sessions, as the bars say now."""
    calendars, first = _calendars({row.symbol for row in touched})
    outcomes = []
    for begin in range(0, len(touched), PAGE):
        for symbol, session, _, path in _paths(touched[begin : begin + PAGE], HORIZONS[-1]):
            bars = {bar.bar_session: bar for bar in path}
            if session not in bars:
                continue
            price = bars[session].close
            outcome: dict[str, Any] = {"symbol": symbol, "session": session, "signal_price": str(price)}
            for horizon in HORIZONS:
                bar = bars.get(session_offset(calendars[symbol], session, horizon, first=first))
                outcome[f"price_{horizon}"] = bar and str(bar.close)
                outcome[f"rate_{horizon}"] = bar and str(rate(price, bar.close * bar.split_ratio))
            outcome["best"], outcome["worst"] = _extremes(price, path[1:])
            outcomes.append(outcome)
    return outcomes


def _paths(rows: Sequence[OnSession], horizon: int) -> list[tuple[str, date, date, list[market.PathBar]]]:
    """(symbol, session, the session `horizon` later, the bars from the one to the other) for rows with any bar."""
    calendars, first = _calendars({row.symbol for row in rows})
    targets = {
        (row.symbol, row.session): session_offset(calendars[row.symbol], row.session, horizon, first=first)
        for row in rows
        if row.symbol in calendars
    }
    wanted = [{"symbol": symbol, "session": session, "until": until} for (symbol, session), until in targets.items()]
    found = market.market_paths_get(wanted=wanted) if wanted else []
    return [
        (symbol, session, targets[symbol, session], list(bars))
        for (symbol, session), bars in groupby(found, key=attrgetter("symbol", "session"))
    ]


def _extremes(price: Decimal, path: Sequence[market.PathBar]) -> tuple[str | None, str | None]:
    """What a BUY at `price` has earned at the highest high and at the lowest low."""
    if not path:
        return None, None
    highest = max(bar.high * bar.split_ratio for bar in path)
    lowest = min(bar.low * bar.split_ratio for bar in path)
    return str(rate(price, highest)), str(rate(price, lowest))


def _calendars(symbols: set[str]) -> tuple[dict[str, str], date]:
    """symbol -> calendar, and the market's oldest session."""
    calendars = dict(MarketSymbol.objects.filter(symbol__in=symbols).values_list("symbol", "calendar"))
    return calendars, MarketBar.objects.aggregate(first=Min("session"))["first"]


def in_batches(batch: Any) -> int:
    judged, after = 0, 0
    while True:
        done: procedures.Evaluated = batch(after_account_db_key=after, limit=ACCOUNTS)
        reach("evaluate.committed")
        judged += done.evaluated
        if done.upto_account_db_key is None:
            return judged
        after = done.upto_account_db_key


@in_transaction
def _evaluate_batch(**arguments: Any) -> procedures.Evaluated:
    batch = procedures.signal_performance_evaluate(
        outcomes=arguments["outcomes"],
        horizon=arguments["horizon"],
        after_account_db_key=arguments["after_account_db_key"],
        limit=arguments["limit"],
    )
    reach("evaluate.batch")
    return batch


@in_transaction
def _revise_batch(**arguments: Any) -> procedures.Evaluated:
    return procedures.signal_performance_revise(
        outcomes=arguments["outcomes"],
        after_account_db_key=arguments["after_account_db_key"],
        limit=arguments["limit"],
    )


@in_transaction
def _progress() -> market.Progress:
    return market.market_progress_lock(name=NAME)


@in_transaction
def _advance(change_seq: int) -> None:
    market.market_progress_advance(name=NAME, change_seq=change_seq, upto_seq=0, symbol="")
