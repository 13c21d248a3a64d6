"""The symbols that the market data adapter knows."""

from shards.seeding import seeds
from signals.market import feed


@seeds("market symbols")
def seed_symbols() -> None:
    feed.load_symbols()
