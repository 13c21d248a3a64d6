"""The bundled market: 13 years of real daily bars of four stocks, offline.

Source: `stocks.csv.gz` of the package bokeh_sampledata, from Quandl WIKI Prices (public domain). Its adjusted closes
hold dividends too and are not read; the splits are rows of `splits.csv`, which the tests check against the prices.
"""

import csv
import gzip
from bisect import bisect_right
from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from operator import attrgetter
from pathlib import Path

from signals.market import Bar, Split, Symbol

SYMBOLS = (
    Symbol("AAPL", "Apple Inc.", "NASDAQ", "USD", "XNYS"),
    Symbol("GOOG", "Google Inc.", "NASDAQ", "USD", "XNYS"),
    Symbol("IBM", "International Business Machines Corporation", "NYSE", "USD", "XNYS"),
    Symbol("MSFT", "Microsoft Corporation", "NASDAQ", "USD", "XNYS"),
)
SIX_PLACES = Decimal("0.000001")


class SampleMarket:
    """AAPL, IBM and MSFT from 2000-03-01, GOOG from 2004-08-19, all to 2013-03-01.

    The first answer of a process reads the file (about 0.1 s); the bars are then kept (some 6 MB).
    """

    source = "sample"
    is_live = False

    def symbols(self) -> list[Symbol]:
        return list(SYMBOLS)

    def bars(self, symbols: Collection[str], *, after: date | None, until: date | None) -> Iterator[Bar]:
        wanted = frozenset(symbols)
        every = _bars()
        begin = bisect_right(every, after, key=attrgetter("session")) if after else 0
        end = bisect_right(every, until, key=attrgetter("session")) if until else len(every)
        return (bar for bar in every[begin:end] if bar.symbol in wanted)

    def splits(self, symbols: Collection[str]) -> list[Split]:
        wanted = frozenset(symbols)
        return [split for split in _splits() if split.symbol in wanted]


@cache
def _bars() -> tuple[Bar, ...]:
    """Every bar of SYMBOLS, by session, then symbol."""
    offered = {symbol.symbol for symbol in SYMBOLS}
    packed = (files("bokeh_sampledata") / "_data" / "stocks.csv.gz").read_bytes()
    rows = csv.DictReader(gzip.decompress(packed).decode("ascii").splitlines())
    return tuple(sorted((_bar(row) for row in rows if row["Ticker"] in offered), key=attrgetter("session", "symbol")))


def _bar(row: dict[str, str]) -> Bar:
    opening, high, low, close = (_price(row[name]) for name in ("Open", "High", "Low", "Close"))
    return Bar(row["Ticker"], date.fromisoformat(row["Date"]), opening, high, low, close, int(row["Volume"]))


def _price(text: str) -> Decimal:
    return Decimal(text).quantize(SIX_PLACES)


@cache
def _splits() -> tuple[Split, ...]:
    rows = csv.DictReader(Path(__file__).with_name("splits.csv").read_text(encoding="ascii").splitlines())
    splits = (Split(row["symbol"], date.fromisoformat(row["session"]), Decimal(row["ratio"])) for row in rows)
    return tuple(sorted(splits, key=attrgetter("session", "symbol")))
