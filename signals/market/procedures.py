"""The market's routines, on the global database (`sql/global/signals`), each with its types."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from accounts.portfolio.market import Bar, MeanReturn, Quote
from shards.procedures import call, call_one


class SymbolRow(NamedTuple):
    symbol: str
    company_name: str
    exchange: str
    currency: str


class SymbolWithBar(NamedTuple):
    symbol: str
    company_name: str
    exchange: str
    currency: str
    session: date | None
    close: Decimal | None


class Close(NamedTuple):
    symbol: str
    session: date
    close: Decimal
    volume: int


class PathBar(NamedTuple):
    symbol: str
    session: date
    bar_session: date
    close: Decimal
    high: Decimal
    low: Decimal
    split_ratio: Decimal


class Feed(NamedTuple):
    source: str
    position: str
    error: str
    age_seconds: int


class Revised(NamedTuple):
    symbol: str
    session: date


class BaseRate(NamedTuple):
    symbol: str
    days: int
    risen: int
    fallen: int


class JudgedRow(NamedTuple):
    symbol: str
    band_window: int
    band_k: Decimal
    judged: dict


class MarketSignalRow(NamedTuple):
    signal_id: UUID
    signal_seq: int
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
    pace: dict


class ChangedSignal(NamedTuple):
    signal_id: UUID
    signal_seq: int
    is_withdrawn: int


class Recorded(NamedTuple):
    recorded: int


class Put(NamedTuple):
    inserted: int
    corrected: int


class ChangeSeq(NamedTuple):
    change_seq: int


class Change(NamedTuple):
    symbol: str
    calendar: str
    first_session: date


class Progress(NamedTuple):
    change_seq: int
    upto_seq: int
    symbol: str


def market_symbol_get(*, symbol: str) -> SymbolWithBar | None:
    rows = call("fp_market_symbol_get", SymbolWithBar, symbol=symbol)
    return rows[0] if rows else None


def market_symbols_search(*, pattern: str, limit: int) -> list[SymbolRow]:
    return call("fp_market_symbols_search", SymbolRow, pattern=pattern, limit=limit)


def market_bars_put(*, source: str, bars: list[dict[str, Any]]) -> Put:
    return call_one("fp_market_bars_put", Put, source=source, bars=bars)


def market_change_latest() -> ChangeSeq:
    return call_one("fp_market_change_latest", ChangeSeq)


def market_changes_get(*, after_seq: int, upto_seq: int, after_symbol: str, limit: int) -> list[Change]:
    return call(
        "fp_market_changes_get", Change, after_seq=after_seq, upto_seq=upto_seq, after_symbol=after_symbol, limit=limit
    )


def market_progress_lock(*, name: str) -> Progress:
    """On the current database; the row stays locked until the transaction ends."""
    return call_one("fp_market_progress_lock", Progress, name=name)


def market_progress_advance(*, name: str, change_seq: int, upto_seq: int, symbol: str) -> None:
    call("fp_market_progress_advance", name=name, change_seq=change_seq, upto_seq=upto_seq, symbol=symbol)


def market_bars_for_scan(*, symbols: list[dict[str, Any]], lookback: int) -> list[Close]:
    return call("fp_market_bars_for_scan", Close, symbols=symbols, lookback=lookback)


def market_signals_record(*, signals: list[dict[str, Any]], scans: list[dict[str, Any]]) -> Recorded:
    return call_one("fp_market_signals_record", Recorded, signals=signals, scans=scans)


def market_signals_withdraw(*, signals: list[dict[str, Any]], change_seq: int) -> None:
    call("fp_market_signals_withdraw", signals=signals, change_seq=change_seq)


def market_signals_changed(*, after_seq: int, upto_seq: int) -> list[ChangedSignal]:
    return call("fp_market_signals_changed", ChangedSignal, after_seq=after_seq, upto_seq=upto_seq)


def market_signals_after(*, signal_seq: int, upto_seq: int, limit: int) -> list[MarketSignalRow]:
    return call("fp_market_signals_after", MarketSignalRow, signal_seq=signal_seq, upto_seq=upto_seq, limit=limit)


def market_quotes_get(*, symbols: list[str] | None) -> list[Quote]:
    return call("fp_market_quotes_get", Quote, symbols=symbols)


def market_bars_get(*, symbols: list[str], after_session: date, upto_session: date) -> list[Bar]:
    return call("fp_market_bars_get", Bar, symbols=symbols, after_session=after_session, upto_session=upto_session)


def market_mean_returns_get(*, after_session: date, upto_session: date) -> list[MeanReturn]:
    return call("fp_market_mean_returns_get", MeanReturn, after_session=after_session, upto_session=upto_session)


def market_paths_get(*, wanted: list[dict[str, Any]]) -> list[PathBar]:
    return call("fp_market_paths_get", PathBar, wanted=wanted)


def market_revised_get(*, after_seq: int, upto_seq: int) -> list[Revised]:
    return call("fp_market_revised_get", Revised, after_seq=after_seq, upto_seq=upto_seq)


def market_base_rates_get(*, symbols: list[str]) -> list[BaseRate]:
    return call("fp_market_base_rates_get", BaseRate, symbols=symbols)


def market_judged_get(*, wanted: list[dict[str, Any]]) -> list[JudgedRow]:
    return call("fp_market_judged_get", JudgedRow, wanted=wanted)


def market_feed_record(*, source: str, error: str, cursor: str | None) -> None:
    call("fp_market_feed_record", source=source, error=error, cursor=cursor)


def market_feeds_get() -> list[Feed]:
    return call("fp_market_feeds_get", Feed)


def market_gaps_put(*, gaps: list[dict[str, Any]]) -> None:
    call("fp_market_gaps_put", gaps=gaps)
