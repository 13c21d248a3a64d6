"""A market of a few bars, on the exchange's real sessions."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import pytest

from signals.market.calendars import sessions_between
from signals.market.procedures import market_bars_put
from signals.models import MarketBar, MarketSymbol

FIRST = date(2012, 1, 3)  # a Tuesday
# Twenty calm closes (mean 100, sigma 1), then one far below the band, and its next session.
CALM = [101, 99] * 10

Feed = Callable[..., list[date]]


def put_bars(symbol: str, closes: Mapping[date, float | str], source: str = "test") -> None:
    """Session -> close; a session that is stored already is corrected."""
    bars = []
    for session, close in closes.items():
        price = str(Decimal(str(close)))
        prices = dict.fromkeys(("open", "high", "low", "close"), price)
        bars.append({"symbol": symbol, "session": str(session), **prices, "volume": 1000})
    market_bars_put(source=source, bars=bars)


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
        put_bars(symbol, dict(zip(sessions, closes, strict=True)))
        return list(sessions)

    return put
