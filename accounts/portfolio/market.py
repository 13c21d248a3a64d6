"""What accounts asks of the market. The app that has one registers it when Django starts (`supply`)."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol


class Quote(NamedTuple):
    """A symbol with its two latest closes, as traded."""

    symbol: str
    company_name: str
    exchange: str  # as people know it: NASDAQ, NYSE, KRX
    currency: str
    session: date
    close: Decimal
    volume: int
    previous_close: Decimal | None  # in shares of `session`: divided by a split of that day


class Bar(NamedTuple):
    """One session of one symbol, as traded."""

    symbol: str
    session: date
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: int
    split_ratio: Decimal  # new shares for one old share on this session; 1 without a split


class MeanReturn(NamedTuple):
    session: date
    simple_return: Decimal  # the mean over the symbols of close / close of the session before - 1, splits taken out


class Split(NamedTuple):
    symbol: str
    session: date  # the first one at the new price
    ratio: Decimal  # new shares for one old share


class Market(Protocol):
    def quotes(self, symbols: Collection[str] | None = None) -> list[Quote]:
        """The latest bar of each symbol that has one, by symbol; None is all symbols."""

    def bars(self, symbols: Collection[str], *, after: date, until: date) -> list[Bar]:
        """By session, then symbol: `after` is exclusive, `until` inclusive."""

    def mean_returns(self, *, after: date, until: date) -> list[MeanReturn]:
        """The whole market, every symbol alike, by session."""

    def splits(self) -> list[Split]:
        """All that have happened up to the latest session."""

    def latest_session(self) -> date | None:
        """None before the first bar."""


_market: Market | None = None


def supply(market: Market) -> None:
    global _market  # noqa: PLW0603  # the registry
    _market = market


def market() -> Market:
    if _market is None:
        raise LookupError("no app has supplied a market (accounts.portfolio.market.supply)")
    return _market
