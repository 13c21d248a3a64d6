"""Brings bars from the market data adapter into `table_market_bars`: new ones, and corrections as revisions."""

from collections.abc import Collection, Iterator
from datetime import date
from itertools import islice

from django.db import transaction

from config.databases import GLOBAL
from shards.transactions import in_global_transaction
from signals.market import Bar, MarketData, market_data
from signals.market.procedures import market_bars_put
from signals.models import MarketSplit, MarketSymbol

BARS_PER_CALL = 5_000


def load_symbols(market: MarketData | None = None) -> None:
    """Store the adapter's symbols and splits; safe to repeat."""
    market = market or market_data()
    symbols = market.symbols()
    splits = market.splits([symbol.symbol for symbol in symbols])
    with transaction.atomic(using=GLOBAL):
        for symbol in symbols:
            MarketSymbol.objects.update_or_create(symbol=symbol.symbol, defaults=symbol._asdict())
        for split in splits:
            MarketSplit.objects.get_or_create(
                symbol=split.symbol, session=split.session, defaults={"ratio": split.ratio}
            )


def load_bars(
    *,
    after: date | None,
    until: date | None,
    market: MarketData | None = None,
    symbols: Collection[str] | None = None,
) -> int:
    """Store the bars later than `after` and not later than `until`, of all symbols that the adapter knows unless they
    are named; returns how many the adapter gave.
    """
    market = market or market_data()
    wanted = [symbol.symbol for symbol in market.symbols()] if symbols is None else symbols
    bars = market.bars(wanted, after=after, until=until)
    count = 0
    while batch := list(islice(bars, BARS_PER_CALL)):
        _put(source=market.source, bars=[_plain(bar) for bar in batch])
        count += len(batch)
    return count


def sessions(market: MarketData | None = None) -> list[date]:
    """Every session that the adapter has bars for."""
    market = market or market_data()
    bars: Iterator[Bar] = market.bars([symbol.symbol for symbol in market.symbols()], after=None, until=None)
    return sorted({bar.session for bar in bars})


_put = in_global_transaction(market_bars_put)


def _plain(bar: Bar) -> dict[str, str | int]:
    return {
        "symbol": bar.symbol,
        "session": str(bar.session),
        "open": str(bar.open),
        "high": str(bar.high),
        "low": str(bar.low),
        "close": str(bar.close),
        "volume": bar.volume,
    }
