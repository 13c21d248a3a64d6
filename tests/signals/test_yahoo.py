"""The live adapter against a real HTTP server that answers as the chart service does."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from signals.market import Bar, Split, Symbol, http, watch
from signals.market import yahoo as module
from signals.market.http import PeerUnavailable
from signals.market.yahoo import YahooMarket
from signals.models import MarketBar, MarketFeed, MarketGap, MarketSplit, MarketSymbol
from tests.signals.peer import Peer, serving

SPLIT = 1598880600  # 2020-08-31 13:30 UTC, the session of AAPL's 4:1 split
DAYS = {date(2020, 8, 27): 1598535000, date(2020, 8, 28): 1598621400, date(2020, 8, 31): SPLIT}
# As the service gives them: adjusted for the split, in dollars of new shares.
CHART: dict[str, Any] = {
    "meta": {
        "currency": "USD",
        "symbol": "AAPL",
        "exchangeName": "NMS",
        "fullExchangeName": "NasdaqGS",
        "longName": "Apple Inc.",
        "exchangeTimezoneName": "America/New_York",
        "currentTradingPeriod": {"regular": {"start": 1598880600, "end": 1598904000}},
    },
    "timestamp": list(DAYS.values()),
    "events": {"splits": {str(SPLIT): {"date": SPLIT, "numerator": 4, "denominator": 1, "splitRatio": "4:1"}}},
    "indicators": {
        "quote": [
            {
                "open": [127.1425, 126.0125, 127.58],
                "high": [127.485, 126.4425, 131.0],
                "low": [123.8325, 124.5775, 126.0],
                "close": [125.01, 124.8075, 129.04],
                "volume": [155552400, 187630000, 225702700],
            }
        ]
    },
}


def answer(**changed: Any) -> dict[str, Any]:
    return {"chart": {"result": [CHART | changed], "error": None}}


@pytest.fixture
def peer(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
    http.breaker.cache_clear()
    monkeypatch.setattr(http, "READ_SECONDS", 0.5)
    with serving() as server:
        settings.YAHOO_URL, settings.YAHOO_SYMBOLS = server.url, ["AAPL"]
        server.says(answer())
        yield server


@pytest.fixture
def market(peer: Peer) -> YahooMarket:
    return YahooMarket()


def test_prices_are_multiplied_back_to_those_that_were_traded(market: YahooMarket) -> None:
    """500.04 and 499.23 before the split, 129.04 after it."""
    bars = list(market.bars(["AAPL"], after=None, until=None))
    assert bars[1] == Bar(
        "AAPL", date(2020, 8, 28), Decimal("504.050000"), Decimal("505.770000"), Decimal("498.310000"),
        Decimal("499.230000"), 46_907_500,
    )  # fmt: skip
    assert [(bar.session, bar.close) for bar in bars] == [
        (date(2020, 8, 27), Decimal("500.040000")),
        (date(2020, 8, 28), Decimal("499.230000")),
        (date(2020, 8, 31), Decimal("129.040000")),
    ]
    assert market.splits(["AAPL"]) == [Split("AAPL", date(2020, 8, 31), Decimal(4))]


def test_a_question_names_the_days_and_later_splits_count_all_the_same(market: YahooMarket, peer: Peer) -> None:
    bars = list(market.bars(["AAPL"], after=date(2020, 8, 27), until=date(2020, 8, 28)))
    assert [(bar.session, bar.close) for bar in bars] == [(date(2020, 8, 28), Decimal("499.230000"))]
    path, query, _ = peer.asked[0]
    assert path == "/v8/finance/chart/AAPL"
    assert query["period1"] == str(int(datetime(2020, 8, 27, tzinfo=UTC).timestamp()))
    assert int(query["period2"]) > datetime.now(UTC).timestamp()
    assert (query["interval"], query["events"]) == ("1d", "split")


def test_a_session_that_is_still_open_has_no_bar(market: YahooMarket) -> None:
    with time_machine.travel(datetime(2020, 8, 31, 19, 0, tzinfo=UTC)):
        assert [bar.session.day for bar in market.bars(["AAPL"], after=None, until=None)] == [27, 28]
    with time_machine.travel(datetime(2020, 8, 31, 20, 1, tzinfo=UTC)):
        assert [bar.session.day for bar in market.bars(["AAPL"], after=None, until=None)] == [27, 28, 31]


def test_a_bar_with_a_hole_is_left_out(market: YahooMarket, peer: Peer) -> None:
    quote = CHART["indicators"]["quote"][0]
    peer.says(answer(indicators={"quote": [quote | {"close": [125.01, None, 129.04]}]}))
    assert [bar.session.day for bar in market.bars(["AAPL"], after=None, until=None)] == [27, 31]
    peer.says(answer(timestamp=None, indicators={"quote": [{}]}))
    assert list(market.bars(["AAPL"], after=None, until=None)) == []


def test_symbols_have_the_exchanges_names_and_calendars(market: YahooMarket, peer: Peer, settings: Any) -> None:
    settings.YAHOO_SYMBOLS = ["AAPL", "005930.KS", "NOPE", "MOON"]
    seoul = {"exchangeName": "KSC", "currency": "KRW", "exchangeTimezoneName": "Asia/Seoul", "longName": "Samsung"}
    metas = {"AAPL": {}, "005930.KS": seoul, "MOON": {"exchangeTimezoneName": "Moon/Tycho"}}

    def chart(path: str, query: dict[str, str]) -> tuple[int, bytes]:
        import json

        symbol = path.rpartition("/")[2]
        if symbol not in metas:
            return 404, b'{"chart": {"result": null, "error": {"code": "Not Found"}}}'
        return 200, json.dumps(answer(meta=CHART["meta"] | metas[symbol])).encode()

    peer.answer = chart
    assert market.symbols() == [
        Symbol("005930.KS", "Samsung", "KRX", "KRW", "XKRX"),
        Symbol("AAPL", "Apple Inc.", "NASDAQ", "USD", "XNYS"),
    ]
    assert list(market.bars(["NOPE"], after=None, until=None)) == []


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"{}"),
        (429, b"{}"),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b'{"chart": {"result": [], "error": null}}'),
        (200, b'{"chart": null}'),
        (200, b""),
    ],
)
def test_an_answer_that_is_none_is_an_outage_and_nothing_else(
    market: YahooMarket, peer: Peer, status: int, body: bytes
) -> None:
    peer.says(body, status)
    with pytest.raises(PeerUnavailable, match=r"^yahoo: "):
        list(market.bars(["AAPL"], after=None, until=None))


def test_a_peer_that_hangs_is_waited_for_so_long_and_then_left_alone(
    market: YahooMarket, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    peer.delay = 3
    begun = time.monotonic()
    for _ in range(http.FAILURES):
        with pytest.raises(PeerUnavailable):
            list(market.bars(["AAPL"], after=None, until=None))
    assert time.monotonic() - begun < 2.5
    asked = len(peer.asked)
    with pytest.raises(PeerUnavailable, match="left alone after 3 failures"):
        list(market.bars(["AAPL"], after=None, until=None))
    assert len(peer.asked) == asked == 3
    peer.delay = 0
    with time_machine.travel(datetime.now(UTC).timestamp() + http.LEFT_ALONE + 1):
        assert len(list(market.bars(["AAPL"], after=None, until=None))) == 3


@pytest.mark.django_db(databases="__all__")
def test_a_round_stores_what_is_new_and_an_outage_is_seen_and_harms_nothing(market: YahooMarket, peer: Peer) -> None:
    with time_machine.travel(datetime(2020, 8, 31, 22, 0, tzinfo=UTC)):
        assert watch.refresh(market) == 3
        assert MarketSymbol.objects.get().calendar == "XNYS"
        assert MarketSplit.objects.get().ratio == 4
        (feed,) = MarketFeed.objects.all()
        assert (feed.source, feed.error) == ("yahoo", "")
        success = feed.last_success_at

        peer.says(b"", 503)
        assert "503" in str(watch.refresh(market))
        feed.refresh_from_db()
        assert feed.last_success_at == success
        assert "503" in feed.error
        assert MarketBar.objects.count() == 3

        peer.says(answer())
        assert watch.refresh(market) == 3
        feed.refresh_from_db()
        assert feed.error == ""
        assert set(MarketBar.objects.values_list("revision", flat=True)) == {0}


@pytest.mark.django_db(databases="__all__")
def test_missing_sessions_are_noted_and_a_stale_feed_is_one(market: YahooMarket, peer: Peer) -> None:
    quote = CHART["indicators"]["quote"][0]
    peer.says(answer(indicators={"quote": [quote | {"close": [125.01, None, 129.04]}]}))
    with time_machine.travel(datetime(2020, 8, 31, 22, 0, tzinfo=UTC)):
        watch.refresh(market)
        assert watch.note_gaps(is_live=True) == 1
        assert MarketGap.objects.get().session == date(2020, 8, 28)
    with time_machine.travel(datetime(2020, 9, 2, 22, 0, tzinfo=UTC)):
        assert watch.note_gaps(is_live=True) == 3, "and the two sessions since have no bar"
        assert watch.note_gaps(is_live=True) == 3
        peer.says(answer())
        watch.refresh(market)
        assert watch.note_gaps(is_live=True) == 2
    assert MarketGap.objects.filter(filled_at=None).count() == 2
    assert MarketBar.objects.get(session=date(2020, 8, 28)).revision == 1, "it came late"


def test_what_the_service_calls_an_exchange_has_a_calendar() -> None:
    assert set(module.CALENDARS.values()) == {"XNYS", "XKRX"}
