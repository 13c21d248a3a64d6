"""What reads alarms and signals; each works on the shard of its account."""

from datetime import date
from uuid import UUID

from shards.placement import on_account
from signals import procedures
from signals.exceptions import AlarmUnknown, KalmanUnknown
from signals.market import procedures as market
from signals.tracking.state import State
from signals.tracking.update import latest_state


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


def statistics(*, account_db_key: int) -> procedures.Statistics:
    with on_account(account_db_key):
        return procedures.user_signal_statistics(account_db_key=account_db_key)


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
