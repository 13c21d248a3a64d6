"""What reads alarms and signals; each works on the shard of its account."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.cache import cache

from shards.placement import on_account, shard_of
from shards.scope import on_shard
from signals import procedures
from signals.alarm_state import describe
from signals.backtest import Preview, Strategy, preview
from signals.chart import chart
from signals.exceptions import AlarmNeverFires, AlarmUnknown, KalmanUnknown, SignalUnknown, SymbolUnknown
from signals.market import procedures as market
from signals.models import SignalHistory
from signals.scorecard import Tally, headline, scorecard
from signals.tracking.state import State
from signals.tracking.update import latest_state

INNER = ("bought_on", "sold_on")  # of an alarm: what its state is worked out from
SUMS = ("gain", "loss", "gains", "losses")  # of a score card
BASE_RATES_CACHED = 3600


def alarm_list(*, account_db_key: int, before: UUID | None, limit: int) -> list[procedures.AlarmRow]:
    with on_account(account_db_key):
        return procedures.signal_alarm_list(account_db_key=account_db_key, alarm_id=None, before=before, limit=limit)


def alarm_get(*, account_db_key: int, alarm_id: UUID) -> procedures.AlarmRow:
    """Raises AlarmUnknown, also for somebody else's alarm."""
    with on_account(account_db_key):
        rows = procedures.signal_alarm_list(account_db_key=account_db_key, alarm_id=alarm_id, before=None, limit=1)
    if not rows:
        raise AlarmUnknown
    return rows[0]


def alarms_described(alarms: Sequence[procedures.AlarmRow]) -> list[dict[str, Any]]:
    """The alarms with their state and the last bar that each judged: one call for all of them."""
    wanted = [
        {"symbol": alarm.symbol, "band_window": alarm.band_window, "band_k": str(alarm.band_k)} for alarm in alarms
    ]
    judged = {row[:3]: row.judged for row in market.market_judged_get(wanted=wanted)} if wanted else {}
    return [_described(alarm, judged.get((alarm.symbol, alarm.band_window, alarm.band_k))) for alarm in alarms]


def _described(alarm: procedures.AlarmRow, judged: dict[str, Any] | None) -> dict[str, Any]:
    columns = alarm._asdict()
    for name in INNER:
        del columns[name]
    state, fired_on, last = describe(alarm, judged)
    columns |= {"state": state, "fired_on": fired_on, "last_judged": last and last._asdict()}
    return columns


def alarm_preview(alarm: procedures.AlarmRow) -> Preview:
    """What a new alarm would have done in the year before."""
    strategy = Strategy(alarm.band_window, alarm.band_k, alarm.side, alarm.cooldown, alarm.hysteresis)
    return preview(alarm.symbol, alarm.since_session, strategy)


def revisions_get(*, account_db_key: int, signal_id: UUID) -> list[procedures.RevisionRow]:
    """A signal's judgements before bars were corrected; raises SignalUnknown, for somebody else's, too."""
    with on_account(account_db_key):
        if not SignalHistory.objects.filter(pk=signal_id, account_db_key=account_db_key).exists():
            raise SignalUnknown
        return procedures.signal_revisions_get(account_db_key=account_db_key, signal_id=signal_id)


def scorecards(*, account_db_key: int, symbol: str | None) -> list[dict[str, Any]]:
    """A score card for each symbol and strategy of the account."""
    with on_account(account_db_key):
        return scorecards_here(account_db_key=account_db_key, symbol=symbol)


def scorecards_here(*, account_db_key: int, symbol: str | None) -> list[dict[str, Any]]:
    """The same from the current shard; none for an account that lives elsewhere."""
    rows = procedures.signal_scorecards_get(account_db_key=account_db_key, symbol=symbol)
    bases = base_rates(sorted({row.symbol for row in rows}))
    cards = []
    for row in rows:
        base = bases.get(row.symbol)
        tally = Tally(row.buy_signals, row.sell_signals, row.win_signals, row.gain, row.loss, row.gains, row.losses)
        card = scorecard(tally, risen=base and base.risen / base.days, fallen=base and base.fallen / base.days)
        cards.append({name: value for name, value in row._asdict().items() if name not in SUMS} | card._asdict())
    return cards


def base_rates(symbols: list[str]) -> dict[str, market.BaseRate]:
    """symbol -> what its random days are followed by; remembered for an hour, because every bar is read for it."""
    known: dict[str, tuple] = cache.get_many([f"base_rate:{symbol}" for symbol in symbols])
    found = {row[0]: market.BaseRate(*row) for row in known.values()}
    missing = [symbol for symbol in symbols if symbol not in found]
    if missing:
        fresh = {row.symbol: row for row in market.market_base_rates_get(symbols=missing)}
        cache.set_many({f"base_rate:{symbol}": tuple(row) for symbol, row in fresh.items()}, BASE_RATES_CACHED)
        found |= fresh
    return found


def history_list(
    *,
    account_db_key: int,
    symbol: str | None,
    alarm_id: UUID | None,
    before: tuple[date, UUID] | None,
    limit: int,
) -> list[procedures.HistoryRow]:
    before_session, before_signal_id = before or (None, None)
    with on_account(account_db_key):
        return procedures.signal_history_list(
            account_db_key=account_db_key,
            symbol=symbol,
            alarm_id=alarm_id,
            before_session=before_session,
            before_signal_id=before_signal_id,
            limit=limit,
        )


def statistics(*, account_db_key: int) -> dict[str, Any]:
    with on_account(account_db_key):
        counted = procedures.user_signal_statistics(account_db_key=account_db_key)
    return counted._asdict() | headline(counted.win_signals, counted.evaluated_signals)._asdict()


def symbols_search(*, text: str, limit: int) -> list[market.SymbolRow]:
    """Symbols by the start of their code or a part of the company's name."""
    pattern = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return market.market_symbols_search(pattern=pattern, limit=limit)


def kalman_get(*, account_db_key: int, ticker: str) -> State:
    """The platform's filter of a symbol, from the account's shard; raises KalmanUnknown."""
    with on_account(account_db_key):
        known = latest_state(ticker)
    if known is None:
        raise KalmanUnknown
    return known


def chart_get(
    *, account_db_key: int, symbol: str, window: int = 20, k: Decimal = Decimal(2), sessions: int = 250
) -> dict[str, Any]:
    """See `signals.chart`; from the account's shard. Raises SymbolUnknown, AlarmNeverFires."""
    shard_id = shard_of(account_db_key)
    return chart_on_shard(shard_id=shard_id, symbol=symbol, window=window, k=k, sessions=sessions)


def chart_on_shard(
    *, shard_id: int, symbol: str, window: int = 20, k: Decimal = Decimal(2), sessions: int = 250
) -> dict[str, Any]:
    if k * k + 1 >= window:
        raise AlarmNeverFires
    known = market.market_symbol_get(symbol=symbol)
    if known is None or known.session is None:
        raise SymbolUnknown
    with on_shard(shard_id):
        return chart(known.symbol, known.session, Strategy(window, k), sessions)
