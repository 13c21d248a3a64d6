"""A market of a few bars, on the exchange's real sessions."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

import pytest

from signals.market.calendars import sessions_between
from signals.models import MarketBar, MarketSymbol

FIRST = date(2012, 1, 3)  # a Tuesday
# Twenty calm closes (mean 100, sigma 1), then one far below the band, and its next session.
CALM = [101, 99] * 10

Feed = Callable[..., list[date]]


@pytest.fixture
def feed() -> Feed:
    """Appends closes to a symbol's bars, one a session; returns the sessions."""

    def put(closes: Sequence[float | str], symbol: str = "TEST") -> list[date]:
        MarketSymbol.objects.get_or_create(
            symbol=symbol,
            defaults={"company_name": f"{symbol} Inc", "exchange": "NYSE", "currency": "USD", "calendar": "XNYS"},
        )
        known = MarketBar.objects.filter(symbol=symbol).count()
        sessions = sessions_between("XNYS", FIRST, date(2013, 12, 31), first=FIRST)[known : known + len(closes)]
        for session, close in zip(sessions, closes, strict=True):
            price = Decimal(str(close))
            MarketBar.objects.create(
                symbol=symbol,
                session=session,
                open=price,
                high=price,
                low=price,
                close=price,
                volume=1000,
                source="test",
            )
        return list(sessions)

    return put
