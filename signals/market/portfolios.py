"""The market as portfolios ask for it: what `accounts.portfolio.market` declares, from the stored bars."""

from collections.abc import Collection
from datetime import date

from django.db.models import Max

from accounts.portfolio.market import Bar, MeanReturn, Quote, Split
from signals.market import procedures
from signals.models import MarketBar, MarketSplit


class StoredMarket:
    def quotes(self, symbols: Collection[str] | None = None) -> list[Quote]:
        return procedures.market_quotes_get(symbols=None if symbols is None else sorted(set(symbols)))

    def bars(self, symbols: Collection[str], *, after: date, until: date) -> list[Bar]:
        return procedures.market_bars_get(symbols=sorted(set(symbols)), after_session=after, upto_session=until)

    def mean_returns(self, *, after: date, until: date) -> list[MeanReturn]:
        return procedures.market_mean_returns_get(after_session=after, upto_session=until)

    def splits(self) -> list[Split]:
        latest = self.latest_session()
        if latest is None:
            return []
        rows = MarketSplit.objects.filter(session__lte=latest).values_list("symbol", "session", "ratio")
        return [Split(*row) for row in rows]

    def latest_session(self) -> date | None:
        latest: date | None = MarketBar.objects.aggregate(latest=Max("session"))["latest"]
        return latest
