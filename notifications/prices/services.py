"""Price alarms: asked for by accounts, reached by closes, told by the outbox.

An alarm is reached by closes of sessions after the symbol's latest one when it was made. Who makes one reads that
session while holding the shard's progress with the market's changes: a bar is either known to the alarm or comes to
the watch after it, never neither.
"""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

from notifications.exceptions import PriceAlarmReached
from notifications.models import PriceAlarm
from notifications.prices import procedures
from notifications.prices.procedures import PriceAlarmRow, Reached
from shards.fields import new_public_id
from shards.outbox.procedures import universal_outbox_publish_batch
from shards.outbox.registry import event_type
from shards.placement import on_account
from shards.transactions import in_account_transaction, in_transaction
from shards.walk import on_each_shard
from signals.exceptions import SymbolUnknown
from signals.market import procedures as market
from signals.market.series import Series, series_of

NAME = "price_alarms"
SYMBOLS = 500  # a batch
ALARMS = 1_000  # a transaction
REACHED = event_type("price.reached")
END_OF_TIME = date(9999, 12, 31)

price_alarm_delete = in_account_transaction(procedures.price_alarm_delete)


@in_account_transaction
def price_alarm_create(*, account_db_key: int, symbol: str, target_price: Decimal) -> PriceAlarmRow:
    """Raises SymbolUnknown, PriceAlarmReached (it closed so), PriceAlarmDuplicate, PriceAlarmLimitReached."""
    market.market_progress_lock(name=NAME)
    known = market.market_symbol_get(symbol=symbol)
    if known is None or known.session is None or known.close is None:
        raise SymbolUnknown
    if known.close == target_price:
        raise PriceAlarmReached
    direction = PriceAlarm.Direction.ABOVE if target_price > known.close else PriceAlarm.Direction.BELOW
    return procedures.price_alarm_insert(
        price_alarm_id=new_public_id(),
        account_db_key=account_db_key,
        symbol=known.symbol,
        direction=direction,
        target_price=target_price,
        since_session=known.session,
    )


def price_alarm_list(*, account_db_key: int, before: UUID | None, limit: int) -> list[PriceAlarmRow]:
    with on_account(account_db_key):
        return procedures.price_alarm_list(account_db_key=account_db_key, before=before, limit=limit)


def watch_all() -> dict[str, Any]:
    """shard -> alarms reached, or why not; a shard that was down goes on where it was."""
    latest = market.market_change_latest().change_seq
    return {str(shard_id): result for shard_id, result in on_each_shard(lambda: watch(latest), NAME).items()}


def watch(latest: int) -> int:
    """Bring the current shard up to the bars' change `latest`; returns how many alarms were reached."""
    reached, is_done = 0, False
    while not is_done:
        found, is_done = _batch(latest)
        reached += found
    return reached


@in_transaction
def _batch(latest: int) -> tuple[int, bool]:
    """The next symbols, or the rest of these ones' alarms, with their events; and whether nothing is left."""
    progress = market.market_progress_lock(name=NAME)
    if progress.change_seq >= latest:
        return 0, True
    upto = progress.upto_seq or latest
    changes = market.market_changes_get(
        after_seq=progress.change_seq, upto_seq=upto, after_symbol=progress.symbol, limit=SYMBOLS
    )
    reached: list[Reached] = []
    if closes := _closes({change.symbol: change.first_session for change in changes}):
        reached = procedures.price_alarms_reach(closes=closes, limit=ALARMS)
        if reached:
            universal_outbox_publish_batch(events=[_event(alarm) for alarm in reached])
    if len(reached) == ALARMS:
        return ALARMS, False  # these symbols once more
    is_page = len(changes) == SYMBOLS
    after = market.Progress(progress.change_seq, upto, changes[-1].symbol) if is_page else market.Progress(upto, 0, "")
    market.market_progress_advance(name=NAME, **after._asdict())
    return len(reached), not is_page and upto >= latest


def _closes(first: dict[str, date]) -> list[dict[str, Any]]:
    """The changed closes of watched symbols, each in the shares of every day that an alarm may have been made on."""
    watched = dict(procedures.price_alarms_watched(symbols=sorted(first))) if first else {}
    closes: list[dict[str, Any]] = []
    for symbol, series in series_of(watched, lookback=0).items():
        for session, close in zip(series.sessions, series.closes, strict=True):
            if session >= first[symbol] and session > watched[symbol]:
                closes += _in_shares(symbol, series, session, close)
    return closes


def _in_shares(symbol: str, series: Series, session: date, close: Decimal) -> list[dict[str, Any]]:
    """A split makes an alarm's shares other shares: one entry for each stretch of days between splits."""
    edges = [date.min, *(split.session for split in series.splits if split.session <= session), END_OF_TIME]
    return [
        {
            "symbol": symbol,
            "session": session.isoformat(),
            "close": str(close),
            "from_session": max(begin, date(1000, 1, 1)).isoformat(),
            "before_session": end.isoformat(),
            "price": f"{close * series.split_ratio(begin, session):.6f}",
        }
        for begin, end in pairwise(edges)
    ]


def _event(alarm: Reached) -> dict[str, Any]:
    return {
        "event_id": new_public_id().hex,
        "domain": REACHED.domain,
        "partition_key": alarm.symbol,
        "event_type": REACHED.name,
        "aggregate_id": alarm.price_alarm_id.hex,
        "event_data": {
            "price_alarm_id": str(alarm.price_alarm_id),
            "account_db_key": alarm.account_db_key,
            "symbol": alarm.symbol,
            "direction": alarm.direction,
            "target": f"{alarm.target_price.normalize():f}",
            "session": str(alarm.reached_on),
            "price": f"{alarm.reached_price.normalize():f}",
        },
    }
