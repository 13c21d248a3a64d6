"""What changes alarms. Each service works on the shard of its `account_db_key`."""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from uuid import UUID

from accounts import plans
from accounts.exceptions import PlanLimitReached
from shards.fields import new_public_id
from shards.transactions import in_account_transaction
from signals import procedures, selectors
from signals.exceptions import SymbolUnknown
from signals.market import procedures as market


def alarm_create(
    *, account_db_key: int, symbol: str, note: str = "", window: int = 20, k: Decimal = Decimal(2)
) -> procedures.AlarmRow:
    """Watch a symbol; raises SymbolUnknown, AlarmDuplicate, AlarmNeverFires, PlanLimitReached. Fires on sessions after
    the latest bar.
    """
    known, session, close = _symbol(symbol)
    insert = partial(
        _insert,
        alarm_id=new_public_id(),
        account_db_key=account_db_key,
        symbol=known.symbol,
        company_name=known.company_name,
        current_price=close,
        exchange=known.exchange,
        currency=known.currency,
        note=note,
        band_window=window,
        band_k=k,
        since_session=session,
    )
    limits = plans.limits_of(account_db_key)
    try:
        return insert(alarm_limit=limits.alarms)
    except PlanLimitReached:
        fresh = plans.refreshed(account_db_key)
        if fresh.alarms <= limits.alarms:
            raise
        return insert(alarm_limit=fresh.alarms)


def alarm_update(
    *,
    account_db_key: int,
    alarm_id: UUID,
    is_active: bool | None = None,
    note: str | None = None,
    window: int | None = None,
    k: Decimal | None = None,
) -> procedures.AlarmRow:
    """Change what is given; raises AlarmUnknown, AlarmNeverFires. Switching on or other parameters start afresh."""
    return _update(
        alarm_id=alarm_id,
        account_db_key=account_db_key,
        is_active=is_active,
        note=note,
        band_window=window,
        band_k=k,
        since_session=_latest_session(account_db_key=account_db_key, alarm_id=alarm_id),
    )


_insert = in_account_transaction(procedures.signal_alarm_insert)
_update = in_account_transaction(procedures.signal_alarm_update)
alarm_delete = in_account_transaction(procedures.signal_alarm_delete)


def _symbol(symbol: str) -> tuple[market.SymbolWithBar, date, Decimal]:
    """The symbol, its latest session and close; one without any bar cannot be watched."""
    known = market.market_symbol_get(symbol=symbol)
    if known is None or known.session is None or known.close is None:
        raise SymbolUnknown
    return known, known.session, known.close


def _latest_session(*, account_db_key: int, alarm_id: UUID) -> date:
    alarm = selectors.alarm_get(account_db_key=account_db_key, alarm_id=alarm_id)
    known = market.market_symbol_get(symbol=alarm.symbol)
    return known.session if known and known.session else datetime.now(UTC).date()
