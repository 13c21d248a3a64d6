"""A market of a few bars, and a shortcut to orders that the paper broker has."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.portfolio import selectors, services
from accounts.portfolio.procedures import Order
from signals.models import MarketBar, MarketSymbol

FIRST = date(2012, 1, 2)  # a Monday

Feed = Callable[..., None]
Place = Callable[..., Order]


def session(number: int) -> date:
    return FIRST + timedelta(days=number)


@pytest.fixture
def feed() -> Feed:
    """`feed("AAA", (open, high, low, close), ...)`: bars of the next sessions; one number stands for all four."""

    def put(symbol: str, *bars: Any, volume: int = 1_000_000, currency: str = "USD") -> None:
        MarketSymbol.objects.get_or_create(
            symbol=symbol,
            defaults={"company_name": f"{symbol} Inc", "exchange": "NYSE", "currency": currency, "calendar": "XNYS"},
        )
        known = MarketBar.objects.filter(symbol=symbol).count()
        for number, bar in enumerate(bars, known):
            prices: Sequence[Any] = bar if isinstance(bar, tuple) else (bar,) * 4
            names = ("open", "high", "low", "close")
            MarketBar.objects.create(
                symbol=symbol,
                session=session(number),
                volume=volume,
                source="test",
                **{name: Decimal(str(price)) for name, price in zip(names, prices, strict=True)},
            )

    return put


@pytest.fixture
def place() -> Place:
    """An order that its broker has; `place(key, "BUY", 10, "AAA")` is at the market."""
    ids = iter(range(1, 10_000))

    def order(key: int, side: str, quantity: Any, symbol: str, limit: Any = None, force: str = "DAY") -> Order:
        made = services.order_place(
            account_db_key=key,
            client_order_id=f"order-{next(ids)}",
            symbol=symbol,
            side=side,
            order_type="LIMIT" if limit else "MARKET",
            quantity=Decimal(str(quantity)),
            limit_price=Decimal(str(limit)) if limit else None,
            time_in_force=force,
        )
        services.order_placed(account_db_key=key, order_id=made.order_id, broker_order_id=str(made.order_id))
        return selectors.order_get(account_db_key=key, order_id=made.order_id)

    return order
