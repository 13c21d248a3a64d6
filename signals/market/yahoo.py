"""Daily bars from the public chart service of Yahoo Finance (`/v8/finance/chart/{symbol}`), for the symbols of
`settings.YAHOO_SYMBOLS`. What yfinance reads, without it: that package cannot be pointed at another server, and so
not be tested here.

The service gives prices that are adjusted for every split up to now; they are multiplied back to prices as traded. A
session that is still open has no bar yet.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from math import prod
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from signals.market import Bar, Split, Symbol
from signals.market.http import Peer, PeerUnavailable

SIX_PLACES = Decimal("0.000001")
BEGINNING = date(1990, 1, 1)
EXCHANGES = {"NMS": "NASDAQ", "NYQ": "NYSE", "KSC": "KRX", "KOE": "KRX"}  # the service's code -> as people know it
CALENDARS = {"America/New_York": "XNYS", "Asia/Seoul": "XKRX"}  # exchange's time zone -> ISO 10383


class YahooMarket:
    """Asks once for each symbol; a symbol that the service does not know has no bars."""

    source = "yahoo"
    is_live = True

    def __init__(self) -> None:
        self._peer = Peer("yahoo", settings.YAHOO_URL)

    def symbols(self) -> list[Symbol]:
        return sorted(filter(None, map(self._symbol, settings.YAHOO_SYMBOLS)))

    def bars(self, symbols: Collection[str], *, after: date | None, until: date | None) -> Iterator[Bar]:
        """Prices as traded depend on later splits, so the answer is asked for up to now and cut here."""
        found = [bar for symbol in symbols for bar in self._bars(symbol, after)]
        kept = [bar for bar in found if (not after or bar.session > after) and (not until or bar.session <= until)]
        return iter(sorted(kept, key=attrgetter("session", "symbol")))

    def splits(self, symbols: Collection[str]) -> list[Split]:
        found = [split for symbol in symbols for split in _splits(symbol, self._chart(symbol, None))]
        return sorted(found, key=attrgetter("session", "symbol"))

    def _symbol(self, symbol: str) -> Symbol | None:
        chart = self._chart(symbol, date.today() - timedelta(days=5))  # noqa: DTZ011  # a few days more or less
        if chart is None:
            return None
        meta = chart["meta"]
        exchange = EXCHANGES.get(meta.get("exchangeName"), str(meta.get("fullExchangeName") or meta["exchangeName"]))
        calendar = CALENDARS.get(meta["exchangeTimezoneName"])
        if calendar is None:
            return None  # an exchange whose sessions are not known here
        return Symbol(symbol, str(meta.get("longName") or symbol), exchange, str(meta["currency"]), calendar)

    def _bars(self, symbol: str, after: date | None) -> Iterator[Bar]:
        chart = self._chart(symbol, after)
        if chart is None:
            return
        splits, zone = _splits(symbol, chart), _zone(chart)
        quote = chart["indicators"]["quote"][0]
        columns = [quote.get(name) or [] for name in ("open", "high", "low", "close", "volume")]
        for moment, *prices, volume in zip(chart.get("timestamp") or [], *columns, strict=False):
            session = datetime.fromtimestamp(moment, zone).date()
            if None in prices or min(prices) <= 0 or _is_open(chart, session, zone):
                continue
            ratio = prod((split.ratio for split in splits if split.session > session), start=Decimal(1))
            opening, high, low, close = (_price(price, ratio) for price in prices)
            yield Bar(symbol, session, opening, high, low, close, int(Decimal(volume or 0) / ratio))

    def _chart(self, symbol: str, after: date | None) -> dict[str, Any] | None:
        """The service's answer for one symbol; None for one that it does not know."""
        begin = datetime.combine(after or BEGINNING, time(), UTC)
        query = {
            "period1": int(begin.timestamp()),
            "period2": int(datetime.now(UTC).timestamp()) + 86_400,
            "interval": "1d",
            "events": "split",
        }
        answer = self._peer.get(f"/v8/finance/chart/{symbol}", query, missing=404)
        if answer is None:
            return None
        try:
            (chart,) = answer["chart"]["result"]
            chart["meta"]["exchangeTimezoneName"], chart["indicators"]["quote"][0]
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise PeerUnavailable(f"yahoo: no chart of {symbol} in its answer") from error
        return dict(chart)


def _splits(symbol: str, chart: dict[str, Any] | None) -> list[Split]:
    if chart is None:
        return []
    events = ((chart.get("events") or {}).get("splits") or {}).values()
    zone = _zone(chart)
    return [
        Split(
            symbol,
            datetime.fromtimestamp(event["date"], zone).date(),
            (Decimal(event["numerator"]) / Decimal(event["denominator"])).quantize(SIX_PLACES),
        )
        for event in events
    ]


def _zone(chart: dict[str, Any]) -> ZoneInfo:
    return ZoneInfo(chart["meta"]["exchangeTimezoneName"])


def _is_open(chart: dict[str, Any], session: date, zone: ZoneInfo) -> bool:
    """Whether the session has not closed yet: the service gives today's bar while it is being made."""
    regular = chart["meta"].get("currentTradingPeriod", {}).get("regular")
    if not regular or datetime.fromtimestamp(regular["start"], zone).date() != session:
        return False
    return datetime.now(UTC).timestamp() < regular["end"]


def _price(price: float, ratio: Decimal) -> Decimal:
    return (Decimal(str(price)) * ratio).quantize(SIX_PLACES)
