"""The whole portfolio as the API shows it: assets, holdings, performance over a period, and its value day by day."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np

from accounts.portfolio import performance, procedures, selectors
from accounts.portfolio.exceptions import AssetUnknown
from accounts.portfolio.market import market
from accounts.portfolio.procedures import Day
from accounts.portfolio.rebalance import Proposal, propose
from accounts.portfolio.valuation import Assets, Holding, Series, assets_of, holdings_of, series_of
from shards.placement import on_account

PERIODS = {"1W": 7, "1M": 30, "3M": 90, "6M": 180, "1Y": 365, "ALL": None}  # calendar days before the latest session
SHOWN = Decimal("0.000001")
LARGEST_RATE = 10**9  # beyond this a rate is of a session or two, and says nothing
CENT = Decimal("0.01")


def portfolio(*, account_db_key: int, period: str, benchmark: str | None) -> dict[str, Any]:
    """`benchmark` is a symbol; None is the mean of the whole market. Raises AssetUnknown for one without bars."""
    assets, holdings = current(account_db_key=account_db_key)
    with on_account(account_db_key):
        days = procedures.portfolio_days_get(account_db_key=account_db_key)
    paid_in = sum((day.paid_in for day in days), Decimal(0))
    series, against = _histories(days, benchmark)
    return assets._asdict() | {
        "total_return": assets.total_value - paid_in,
        "return_rate": ((assets.total_value - paid_in) * 100 / paid_in).quantize(SHOWN) if paid_in else None,
        "holdings": [holding._asdict() for holding in holdings],
        "performance": _measured(series, against, period) | {"period": period, "benchmark": benchmark or "MARKET"},
        "chart": _chart(series, period),
    }


def current(*, account_db_key: int) -> tuple[Assets, list[Holding]]:
    """What the account has now, at the latest closes."""
    account = selectors.account_get(account_db_key=account_db_key)
    with on_account(account_db_key):
        positions = procedures.portfolio_positions_get(account_db_key=account_db_key)
    quotes = market().quotes([position.asset_code for position in positions])
    holdings = holdings_of(positions, quotes, account.balance)
    return assets_of(account, holdings), holdings


def value_series(*, account_db_key: int) -> Series | None:
    """The account's value at the end of each session since it was opened; the current shard is the account's."""
    days = procedures.portfolio_days_get(account_db_key=account_db_key)
    return _histories(days, None)[0] if days else None


def rebalance(*, account_db_key: int, targets: dict[str, Decimal], min_trade_amount: Decimal) -> Proposal:
    """Raises AssetUnknown for a target without a price. What open orders hold is left out."""
    account = selectors.account_get(account_db_key=account_db_key)
    with on_account(account_db_key):
        positions = procedures.portfolio_positions_get(account_db_key=account_db_key)
    quotes = {quote.symbol: quote for quote in market().quotes({p.asset_code for p in positions} | targets.keys())}
    if targets.keys() - quotes.keys():
        raise AssetUnknown
    free = account.balance - account.reserved
    return propose(
        cash=free,
        holdings=[held for held in holdings_of(positions, list(quotes.values()), free) if held.symbol in quotes],
        quotes=quotes,
        targets=targets,
        commission_rate=selectors.commission_rate_of(account),
        min_trade_amount=min_trade_amount,
    )


def _histories(days: Sequence[Day], benchmark: str | None) -> tuple[Series, performance.Floats]:
    """Values on every session of the market since the opening, and the benchmark's returns of all but the first."""
    first, latest = days[0].session, market().latest_session() or days[0].session
    returns = market().mean_returns(after=first, until=latest)
    sessions = [first, *(row.session for row in returns)]
    symbols = {day.asset_code for day in days if day.asset_code} | ({benchmark} if benchmark else set())
    bars = market().bars(symbols, after=first - timedelta(days=1), until=latest) if symbols else []
    series = series_of(days, bars, sessions)
    if benchmark is None:
        return series, np.array([float(row.simple_return) for row in returns])
    own = [bar for bar in bars if bar.symbol == benchmark]
    if not own:
        raise AssetUnknown
    growth = {bar.session: float(bar.close * bar.split_ratio / before.close) - 1 for before, bar in pairwise(own)}
    return series, np.array([growth.get(session, 0.0) for session in sessions[1:]])


def _measured(series: Series, against: performance.Floats, period: str) -> dict[str, Any]:
    start = _start(series.sessions, period)
    returns = performance.returns_of(series.values, series.flows)[start:]
    measured = performance.measure(returns)._asdict() | performance.compare(returns, against[start:])._asdict()
    return {name: value if name == "sessions" else _shown(value) for name, value in measured.items()}


def _chart(series: Series, period: str) -> list[dict[str, Any]]:
    start = _start(series.sessions, period)
    return [
        {"session": session, "value": Decimal(value).quantize(CENT)}
        for session, value in zip(series.sessions[start:], series.values[start:].tolist(), strict=True)
    ]


def _start(sessions: Sequence[date], period: str) -> int:
    """The place of the last session at or before the period's beginning."""
    length = PERIODS[period]
    if length is None:
        return 0
    return max(sum(session <= sessions[-1] - timedelta(days=length) for session in sessions) - 1, 0)


def _shown(value: float) -> Decimal | None:
    return Decimal(value).quantize(SHOWN) if abs(value) < LARGEST_RATE else None
