"""The routines of price alarms, each with its types (`sql/shard/notifications`)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from shards.procedures import call, call_one


class PriceAlarmRow(NamedTuple):
    price_alarm_id: UUID
    symbol: str
    direction: str
    target_price: Decimal
    since_session: date
    reached_on: date | None
    reached_price: Decimal | None
    created_at: datetime


class Watched(NamedTuple):
    symbol: str
    since_session: date


class Reached(NamedTuple):
    price_alarm_id: UUID
    account_db_key: int
    symbol: str
    direction: str
    target_price: Decimal
    reached_on: date
    reached_price: Decimal


def price_alarm_insert(
    *,
    price_alarm_id: UUID,
    account_db_key: int,
    symbol: str,
    direction: str,
    target_price: Decimal,
    since_session: date,
) -> PriceAlarmRow:
    return call_one(
        "fp_price_alarm_insert",
        PriceAlarmRow,
        price_alarm_id=price_alarm_id,
        account_db_key=account_db_key,
        symbol=symbol,
        direction=direction,
        target_price=target_price,
        since_session=since_session,
    )


def price_alarm_list(*, account_db_key: int, before: UUID | None, limit: int) -> list[PriceAlarmRow]:
    return call("fp_price_alarm_list", PriceAlarmRow, account_db_key=account_db_key, before=before, limit=limit)


def price_alarm_delete(*, account_db_key: int, price_alarm_id: UUID) -> None:
    call("fp_price_alarm_delete", account_db_key=account_db_key, price_alarm_id=price_alarm_id)


def price_alarms_watched(*, symbols: list[str]) -> list[Watched]:
    return call("fp_price_alarms_watched", Watched, symbols=symbols)


def price_alarms_reach(*, closes: list[dict[str, Any]], limit: int) -> list[Reached]:
    return call("fp_price_alarms_reach", Reached, closes=closes, limit=limit)
