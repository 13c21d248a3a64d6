"""What changes alarms. Each service works on the shard of its `account_db_key`."""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from accounts import plans
from accounts.exceptions import PlanLimitReached
from shards.fields import new_public_id
from shards.outbox.publishing import publish
from shards.outbox.registry import event_type
from shards.transactions import in_account_transaction
from signals import procedures, selectors
from signals.exceptions import AlarmNeverFires, SymbolUnknown
from signals.market import procedures as market

CREATED = event_type("alarm.created")


def alarm_create(
    *,
    account_db_key: int,
    symbol: str,
    note: str = "",
    window: int = 20,
    k: Decimal = Decimal(2),
    side: str = "BOTH",
    cooldown: int = 0,
    hysteresis: int = 0,
    expires_on: date | None = None,
) -> procedures.AlarmRow:
    """Watch a symbol; raises SymbolUnknown, AlarmDuplicate, AlarmNeverFires, PlanLimitReached. Fires on sessions after
    the latest bar.
    """
    known, session, close = _symbol(symbol)
    if expires_on is not None and expires_on <= session:
        raise AlarmNeverFires(f"It expires on {expires_on}, and the latest session is {session} already.")
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
        side=side,
        cooldown=cooldown,
        hysteresis=hysteresis,
        expires_on=expires_on,
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
    side: str | None = None,
    cooldown: int | None = None,
    hysteresis: int | None = None,
    expires_on: date | None = None,
    never_expires: bool = False,
) -> procedures.AlarmRow:
    """Change what is given; raises AlarmUnknown, AlarmNeverFires. Switching on or other parameters start afresh."""
    return _update(
        alarm_id=alarm_id,
        account_db_key=account_db_key,
        is_active=is_active,
        note=note,
        band_window=window,
        band_k=k,
        side=side,
        cooldown=cooldown,
        hysteresis=hysteresis,
        expires_on=expires_on,
        never_expires=never_expires,
        since_session=_latest_session(account_db_key=account_db_key, alarm_id=alarm_id),
    )


@in_account_transaction
def _insert(**alarm: Any) -> procedures.AlarmRow:
    """The alarm and its event, together."""
    row = procedures.signal_alarm_insert(**alarm)
    publish(
        CREATED,
        event_id=row.alarm_id,
        partition_key=row.symbol,
        aggregate_id=row.alarm_id.hex,
        event_data={
            "alarm_id": str(row.alarm_id),
            "account_db_key": alarm["account_db_key"],
            "symbol": row.symbol,
            "band_window": row.band_window,
            "band_k": str(row.band_k),
            "side": row.side,
            "since_session": str(row.since_session),
        },
    )
    return row


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
