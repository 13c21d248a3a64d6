"""Keeps a live market's bars up to date, and makes visible what is missing: feeds that fail, sessions without a bar."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import structlog
from django.db.models import Count, Max, Min
from prometheus_client import Gauge

from shards.transactions import in_global_transaction
from signals.market import MarketData, market_data
from signals.market import feed as market_feed
from signals.market import procedures as market
from signals.market.calendars import closed_sessions
from signals.market.http import PeerUnavailable
from signals.models import MarketBar, MarketGap, MarketSymbol

log = structlog.get_logger(__name__)

LOOKED_BACK = timedelta(days=10)  # bars so old are asked for again: a source corrects its latest ones
WATCHED = timedelta(days=60)  # gaps are looked for so far back

FEED_AGE = Gauge(
    "market_feed_age_seconds", "Since the source last answered", ["source"], multiprocess_mode="mostrecent"
)
GAPS = Gauge("market_gaps", "Recent sessions without a bar", multiprocess_mode="mostrecent")


def watch() -> dict[str, Any]:
    """One round: new bars of a live source, then the gaps that are left."""
    adapter = market_data()
    result: dict[str, Any] = {"bars": refresh(adapter)} if adapter.is_live else {}
    return result | {"gaps": note_gaps(is_live=adapter.is_live)}


def refresh(adapter: MarketData) -> int | str:
    """Store what the source has of the last days, and all of new symbols; the number of bars, or what failed."""
    try:
        market_feed.load_symbols(adapter)
        latest = dict(MarketBar.objects.values_list("symbol").annotate(latest=Max("session")))
        starts: dict[date | None, list[str]] = defaultdict(list)
        for symbol in MarketSymbol.objects.values_list("symbol", flat=True):
            starts[latest[symbol] - LOOKED_BACK if symbol in latest else None].append(symbol)
        bars = sum(
            market_feed.load_bars(after=after, until=None, market=adapter, symbols=symbols)
            for after, symbols in starts.items()
        )
    except PeerUnavailable as error:
        log.warning("market_feed_failed", source=adapter.source, error=str(error))
        record(source=adapter.source, error=str(error), cursor=None)
        return str(error)
    record(source=adapter.source, error="", cursor=None)
    return bars


def note_gaps(*, is_live: bool) -> int:
    """Note recent sessions that have no bar, and those whose bar has come; the number that is open."""
    newest = MarketBar.objects.aggregate(newest=Max("session"))["newest"]
    if newest is None:
        return 0
    missing = _missing(newest - WATCHED, datetime.now(UTC) if is_live else None)
    _put(gaps=[{"symbol": symbol, "session": str(session)} for symbol, session in missing])
    for row in market.market_feeds_get():
        FEED_AGE.labels(row.source).set(row.age_seconds)
    open_gaps = MarketGap.objects.filter(filled_at=None).count()
    GAPS.set(open_gaps)
    return open_gaps


def _missing(since: date, now: datetime | None) -> list[tuple[str, date]]:
    """Between a symbol's first bar and its last one, or the last session that has closed by `now`."""
    rows = (
        MarketBar.objects.filter(session__gte=since)
        .values_list("symbol")
        .annotate(count=Count("idx"), first=Min("session"), last=Max("session"))
    )
    calendars = dict(MarketSymbol.objects.values_list("symbol", "calendar"))
    missing: list[tuple[str, date]] = []
    for symbol, count, first, last in rows:
        expected = closed_sessions(calendars[symbol], first, last, now)
        if len(expected) > count:
            known = set(MarketBar.objects.filter(symbol=symbol, session__gte=first).values_list("session", flat=True))
            missing += [(symbol, session) for session in expected if session not in known]
    return missing


record = in_global_transaction(market.market_feed_record)
_put = in_global_transaction(market.market_gaps_put)
