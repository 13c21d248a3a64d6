"""What a portfolio is worth: now to the last digit, and over time in float64 for `performance`."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

import numpy as np

from accounts.portfolio.brokers import SIX_PLACES, amount_of
from accounts.portfolio.market import Bar, Quote
from accounts.portfolio.performance import Floats
from accounts.portfolio.procedures import CashAccount, Day, Position


class Holding(NamedTuple):
    """One position at the symbol's latest close; a symbol without one is worth what its last fill said."""

    symbol: str
    company_name: str
    quantity: Decimal
    reserved_quantity: Decimal
    average_cost: Decimal
    book_cost: Decimal
    current_price: Decimal | None
    session: date | None
    market_value: Decimal
    unrealized_profit: Decimal
    return_rate: Decimal | None  # percent of book_cost
    weight: Decimal  # of the whole portfolio, cash included; 1 is all


class Assets(NamedTuple):
    total_value: Decimal
    cash_balance: Decimal
    reserved_cash: Decimal
    stock_value: Decimal
    book_cost: Decimal
    unrealized_profit: Decimal
    currency_code: str


class Series(NamedTuple):
    """Of each session the value at its end, and what was paid in for it."""

    sessions: list[date]
    values: Floats
    flows: Floats


def holdings_of(positions: Sequence[Position], quotes: Sequence[Quote], cash: Decimal) -> list[Holding]:
    by_symbol = {quote.symbol: quote for quote in quotes}
    values = [_value(position, by_symbol.get(position.asset_code)) for position in positions]
    total = cash + sum(values, Decimal(0))
    return [
        _holding(position, by_symbol.get(position.asset_code), value, total)
        for position, value in zip(positions, values, strict=True)
    ]


def assets_of(account: CashAccount, holdings: Sequence[Holding]) -> Assets:
    stock = sum((holding.market_value for holding in holdings), Decimal(0))
    cost = sum((holding.book_cost for holding in holdings), Decimal(0))
    return Assets(
        total_value=account.balance + stock,
        cash_balance=account.balance,
        reserved_cash=account.reserved,
        stock_value=stock,
        book_cost=cost,
        unrealized_profit=stock - cost,
        currency_code=account.currency_code,
    )


def series_of(days: Sequence[Day], bars: Sequence[Bar], sessions: Sequence[date]) -> Series:
    """Cash and shares as the ledger's days add up, at the closes of `sessions` (ascending, the opening's first).

    What was booked for a day that is no session counts from the next one; an asset without a close on a session keeps
    the one before.
    """
    cash, flows = np.zeros(len(sessions)), np.zeros(len(sessions))
    symbols = sorted({day.asset_code for day in days if day.asset_code})
    row_of = {symbol: row for row, symbol in enumerate(symbols)}
    quantities = np.zeros((len(symbols), len(sessions)))
    for day in days:
        at = _place(sessions, day.session)
        cash[at] += float(day.cash_change)
        flows[at] += float(day.paid_in)
        if day.asset_code:
            quantities[row_of[day.asset_code], at] += float(day.quantity_change)
    closes = _closes(bars, row_of, sessions)
    held = np.cumsum(quantities, axis=1)
    values = np.cumsum(cash) + np.sum(np.where(np.abs(held) > 1e-9, held * closes, 0), axis=0)
    return Series(list(sessions), values, flows)


def _closes(bars: Sequence[Bar], row_of: dict[str, int], sessions: Sequence[date]) -> Floats:
    closes = np.full((len(row_of), len(sessions)), np.nan)
    at = {session: place for place, session in enumerate(sessions)}
    for bar in bars:
        if bar.session in at and bar.symbol in row_of:
            closes[row_of[bar.symbol], at[bar.session]] = float(bar.close)
    known = np.where(np.isnan(closes), 0, np.arange(len(sessions)))
    filled = np.take_along_axis(closes, np.maximum.accumulate(known, axis=1), axis=1) if row_of else closes
    return np.nan_to_num(filled)


def _place(sessions: Sequence[date], day: date) -> int:
    return min(int(np.searchsorted(np.array(sessions, dtype="datetime64[D]"), np.datetime64(day))), len(sessions) - 1)


def _value(position: Position, quote: Quote | None) -> Decimal:
    return position.current_value if quote is None else amount_of(position.quantity, quote.close)


def _holding(position: Position, quote: Quote | None, value: Decimal, total: Decimal) -> Holding:
    profit = value - position.book_cost
    return Holding(
        symbol=position.asset_code,
        company_name=quote.company_name if quote else "",
        quantity=position.quantity,
        reserved_quantity=position.reserved_quantity,
        average_cost=position.average_cost,
        book_cost=position.book_cost,
        current_price=quote.close if quote else None,
        session=quote.session if quote else None,
        market_value=value,
        unrealized_profit=profit,
        return_rate=_rate(profit * 100, position.book_cost),
        weight=_rate(value, total) or Decimal(0),
    )


def _rate(part: Decimal, whole: Decimal) -> Decimal | None:
    return (part / whole).quantize(SIX_PLACES, ROUND_DOWN) if whole > 0 else None
