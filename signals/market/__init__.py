"""The market data port: what the platform asks of a source of daily bars.

An adapter is a class without constructor arguments; `settings.MARKET_DATA` names the one in use.
"""

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol, cast


class Symbol(NamedTuple):
    """An instrument that can be watched."""

    symbol: str
    company_name: str
    exchange: str  # as people know it: NASDAQ, NYSE, KRX
    currency: str  # ISO 4217
    calendar: str  # ISO 10383 code of the exchange's calendar, see calendars.py: XNYS, XKRX


class Bar(NamedTuple):
    """One session of one symbol: prices as traded, with six places, not adjusted for anything."""

    symbol: str
    session: date  # the exchange's date
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: int  # shares


class Split(NamedTuple):
    """`ratio` new shares for one old share: 2 halves the price, 0.1 is a reverse split of ten into one."""

    symbol: str
    session: date  # the first session at the new price
    ratio: Decimal


class MarketData(Protocol):
    """A source of daily bars. Asking again gives equal answers until the source itself revises them."""

    source: str  # the name kept with every bar
    is_live: bool  # whether it is to be asked again and again; a sample is fed by whoever wants its past

    def symbols(self) -> list[Symbol]:
        """Every instrument the source knows, by symbol."""

    def bars(self, symbols: Collection[str], *, after: date | None, until: date | None) -> Iterator[Bar]:
        """Bars by session, then symbol: `after` is exclusive, `until` inclusive, None is no limit.

        A symbol that the source does not know has no bars; it is no error.
        """

    def splits(self, symbols: Collection[str]) -> list[Split]:
        """Every split of these symbols, by session, then symbol."""


def market_data() -> MarketData:
    """The adapter named by `settings.MARKET_DATA` (a dotted path); ImportError when there is none."""
    from django.conf import settings  # inside: calculations use the tuples above without Django
    from django.utils.module_loading import import_string

    return cast(MarketData, import_string(settings.MARKET_DATA)())
