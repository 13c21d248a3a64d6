"""The routines of alarms and their signals, on a shard (`sql/shard/signals`), each with its types."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from shards.procedures import call, call_one


class AlarmRow(NamedTuple):
    alarm_id: UUID
    symbol: str
    company_name: str
    current_price: Decimal
    exchange: str
    currency: str
    note: str
    band_window: int
    band_k: Decimal
    side: str
    cooldown: int
    hysteresis: int
    expires_on: date | None
    since_session: date
    is_active: bool
    created_at: datetime
    updated_at: datetime
    bought_on: date | None
    sold_on: date | None


class Watched(NamedTuple):
    symbol: str
    band_window: int
    band_k: Decimal
    since_session: date


class FanoutProgress(NamedTuple):
    signal_seq: int
    upto_seq: int
    account_db_key: int


class AlarmCount(NamedTuple):
    signal_seq: int
    alarms: int
    is_paced: bool


class Inserted(NamedTuple):
    upto_account_db_key: int | None
    inserted: int


class Pending(NamedTuple):
    symbol: str
    session: date
    signals: int


class Evaluated(NamedTuple):
    upto_account_db_key: int | None
    evaluated: int


class HistoryRow(NamedTuple):
    signal_id: UUID
    alarm_id: UUID
    source: str
    symbol: str
    band_window: int
    band_k: Decimal
    session: date
    signal_type: str
    signal_price: Decimal
    volume: int
    triggered_at: datetime
    confidence: Decimal | None
    model_version: str
    price_after_1d: Decimal | None
    profit_rate: Decimal | None
    is_win: bool | None
    evaluated_at: datetime | None
    horizon: int
    price_after_3d: Decimal | None
    profit_rate_3d: Decimal | None
    price_after_5d: Decimal | None
    profit_rate_5d: Decimal | None
    best_rate: Decimal | None
    worst_rate: Decimal | None
    revision: int
    withdrawn_at: datetime | None


class RevisionRow(NamedTuple):
    revision: int
    horizon: int
    signal_price: Decimal
    price_after_1d: Decimal
    profit_rate: Decimal
    is_win: bool
    evaluated_at: datetime
    price_after_3d: Decimal | None
    profit_rate_3d: Decimal | None
    price_after_5d: Decimal | None
    profit_rate_5d: Decimal | None
    best_rate: Decimal | None
    worst_rate: Decimal | None
    replaced_at: datetime


class ScorecardRow(NamedTuple):
    symbol: str
    source: str
    band_window: int
    band_k: Decimal
    total_signals: int
    pending_signals: int
    buy_signals: int
    sell_signals: int
    win_signals: int
    flat_signals: int
    wrong_signals: int
    gain: Decimal
    loss: Decimal
    gains: int
    losses: int
    average_profit_rate: Decimal | None
    average_profit_rate_3d: Decimal | None
    average_profit_rate_5d: Decimal | None
    average_best_rate: Decimal | None
    average_worst_rate: Decimal | None


class Statistics(NamedTuple):
    total_alarms: int
    active_alarms: int
    total_signals: int
    buy_signals: int
    sell_signals: int
    evaluated_signals: int
    pending_signals: int
    win_signals: int
    flat_signals: int
    wrong_signals: int
    win_rate: Decimal | None
    average_profit_rate: Decimal | None


def signal_alarm_insert(
    *,
    alarm_id: UUID,
    account_db_key: int,
    symbol: str,
    company_name: str,
    current_price: Decimal,
    exchange: str,
    currency: str,
    note: str,
    band_window: int,
    band_k: Decimal,
    side: str,
    cooldown: int,
    hysteresis: int,
    expires_on: date | None,
    since_session: date,
    alarm_limit: int,
) -> AlarmRow:
    return call_one(
        "fp_signal_alarm_insert",
        AlarmRow,
        alarm_id=alarm_id,
        account_db_key=account_db_key,
        symbol=symbol,
        company_name=company_name,
        current_price=current_price,
        exchange=exchange,
        currency=currency,
        note=note,
        band_window=band_window,
        band_k=band_k,
        side=side,
        cooldown=cooldown,
        hysteresis=hysteresis,
        expires_on=expires_on,
        since_session=since_session,
        alarm_limit=alarm_limit,
    )


def signal_alarm_update(
    *,
    alarm_id: UUID,
    account_db_key: int,
    is_active: bool | None,
    note: str | None,
    band_window: int | None,
    band_k: Decimal | None,
    side: str | None,
    cooldown: int | None,
    hysteresis: int | None,
    expires_on: date | None,
    never_expires: bool,
    since_session: date,
) -> AlarmRow:
    return call_one(
        "fp_signal_alarm_update",
        AlarmRow,
        alarm_id=alarm_id,
        account_db_key=account_db_key,
        is_active=is_active,
        note=note,
        band_window=band_window,
        band_k=band_k,
        side=side,
        cooldown=cooldown,
        hysteresis=hysteresis,
        expires_on=expires_on,
        never_expires=never_expires,
        since_session=since_session,
    )


def signal_alarm_delete(*, alarm_id: UUID, account_db_key: int) -> None:
    call("fp_signal_alarm_delete", alarm_id=alarm_id, account_db_key=account_db_key)


def signal_alarm_list(*, account_db_key: int, alarm_id: UUID | None, before: UUID | None, limit: int) -> list[AlarmRow]:
    return call(
        "fp_signal_alarm_list", AlarmRow, account_db_key=account_db_key, alarm_id=alarm_id, before=before, limit=limit
    )


def signal_alarms_watched() -> list[Watched]:
    return call("fp_signal_alarms_watched", Watched)


def signal_fanout_lock() -> FanoutProgress:
    return call_one("fp_signal_fanout_lock", FanoutProgress)


def signal_fanout_advance(*, signal_seq: int, upto_seq: int, account_db_key: int) -> None:
    call("fp_signal_fanout_advance", signal_seq=signal_seq, upto_seq=upto_seq, account_db_key=account_db_key)


def signal_alarms_count(*, signals: list[dict[str, Any]]) -> list[AlarmCount]:
    return call("fp_signal_alarms_count", AlarmCount, signals=signals)


def signal_history_insert(
    *,
    signal_id: UUID,
    source: str,
    symbol: str,
    band_window: int,
    band_k: Decimal,
    session: date,
    signal_type: str,
    signal_price: Decimal,
    volume: int,
    triggered_at: datetime,
    confidence: Decimal | None,
    model_version: str,
    pace: dict[str, Any],
    after_account_db_key: int,
    limit: int,
) -> Inserted:
    return call_one(
        "fp_signal_history_insert",
        Inserted,
        signal_id=signal_id,
        source=source,
        symbol=symbol,
        band_window=band_window,
        band_k=band_k,
        session=session,
        signal_type=signal_type,
        signal_price=signal_price,
        volume=volume,
        triggered_at=triggered_at,
        confidence=confidence,
        model_version=model_version,
        pace=pace,
        after_account_db_key=after_account_db_key,
        limit=limit,
    )


def signal_history_insert_by_symbol(
    *,
    signal_id: UUID,
    source: str,
    symbol: str,
    band_window: int,
    band_k: Decimal,
    session: date,
    signal_type: str,
    signal_price: Decimal,
    volume: int,
    triggered_at: datetime,
    confidence: Decimal | None,
    model_version: str,
    pace: dict[str, Any],
    after_account_db_key: int,
    limit: int,
) -> Inserted:
    return call_one(
        "fp_signal_history_insert_by_symbol",
        Inserted,
        signal_id=signal_id,
        source=source,
        symbol=symbol,
        band_window=band_window,
        band_k=band_k,
        session=session,
        signal_type=signal_type,
        signal_price=signal_price,
        volume=volume,
        triggered_at=triggered_at,
        confidence=confidence,
        model_version=model_version,
        pace=pace,
        after_account_db_key=after_account_db_key,
        limit=limit,
    )


def signal_history_insert_batch(*, signals: list[dict[str, Any]]) -> Inserted:
    return call_one("fp_signal_history_insert_batch", Inserted, signals=signals)


def signal_pending_get(*, horizon: int, after_symbol: str, after_session: date, limit: int) -> list[Pending]:
    return call(
        "fp_signal_pending_get",
        Pending,
        horizon=horizon,
        after_symbol=after_symbol,
        after_session=after_session,
        limit=limit,
    )


def signal_performance_evaluate(
    *, outcomes: list[dict[str, Any]], horizon: int, after_account_db_key: int, limit: int
) -> Evaluated:
    return call_one(
        "fp_signal_performance_evaluate",
        Evaluated,
        outcomes=outcomes,
        horizon=horizon,
        after_account_db_key=after_account_db_key,
        limit=limit,
    )


def signal_performance_revise(*, outcomes: list[dict[str, Any]], after_account_db_key: int, limit: int) -> Evaluated:
    return call_one(
        "fp_signal_performance_revise",
        Evaluated,
        outcomes=outcomes,
        after_account_db_key=after_account_db_key,
        limit=limit,
    )


def signal_history_withdraw(*, signals: list[dict[str, Any]], after_account_db_key: int, limit: int) -> Evaluated:
    return call_one(
        "fp_signal_history_withdraw",
        Evaluated,
        signals=signals,
        after_account_db_key=after_account_db_key,
        limit=limit,
    )


def signal_revisions_get(*, account_db_key: int, signal_id: UUID) -> list[RevisionRow]:
    return call("fp_signal_revisions_get", RevisionRow, account_db_key=account_db_key, signal_id=signal_id)


def signal_scorecards_get(*, account_db_key: int, symbol: str | None) -> list[ScorecardRow]:
    return call("fp_signal_scorecards_get", ScorecardRow, account_db_key=account_db_key, symbol=symbol)


def signal_history_list(
    *,
    account_db_key: int,
    symbol: str | None,
    alarm_id: UUID | None,
    before_session: date | None,
    before_signal_id: UUID | None,
    limit: int,
) -> list[HistoryRow]:
    return call(
        "fp_signal_history_list",
        HistoryRow,
        account_db_key=account_db_key,
        symbol=symbol,
        alarm_id=alarm_id,
        before_session=before_session,
        before_signal_id=before_signal_id,
        limit=limit,
    )


def user_signal_statistics(*, account_db_key: int) -> Statistics:
    return call_one("fp_user_signal_statistics", Statistics, account_db_key=account_db_key)
