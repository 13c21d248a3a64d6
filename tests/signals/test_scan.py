"""What a scan finds, and that it finds it once."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from accounts.procedures import SignedUp
from signals import scan, services
from signals.market import feed as market_feed
from signals.models import MarketSignal, MarketSplit, SignalScan
from tests.signals.conftest import CALM, Feed

pytestmark = pytest.mark.django_db(databases="__all__")


def test_a_close_below_the_band_is_a_buy_and_above_it_a_sell(make_account: Callable[..., SignedUp], feed: Feed) -> None:
    feed(CALM)
    services.alarm_create(account_db_key=make_account(shard=1).account_db_key, symbol="TEST")
    fell, *_, rose = feed([90, *CALM, 110])
    assert scan.scan() == 2
    assert list(MarketSignal.objects.order_by("signal_seq").values_list("session", "signal_type", "signal_price")) == [
        (fell, "BUY", Decimal(90)),
        (rose, "SELL", Decimal(110)),
    ]


def test_scanning_again_finds_nothing_new(make_account: Callable[..., SignedUp], feed: Feed) -> None:
    feed(CALM)
    services.alarm_create(account_db_key=make_account().account_db_key, symbol="TEST")
    feed([90, 90])
    assert scan.scan() == 1
    first = list(MarketSignal.objects.values())
    assert scan.scan() == 0
    assert list(MarketSignal.objects.values()) == first


def test_only_the_crossing_bar_fires(make_account: Callable[..., SignedUp], feed: Feed) -> None:
    feed(CALM)
    services.alarm_create(account_db_key=make_account().account_db_key, symbol="TEST")
    crossed, _ = feed([90, 80])
    scan.scan()
    assert [signal.session for signal in MarketSignal.objects.all()] == [crossed]


def test_a_flat_series_gives_no_signal(make_account: Callable[..., SignedUp], feed: Feed) -> None:
    feed([100] * 25)
    services.alarm_create(account_db_key=make_account().account_db_key, symbol="TEST")
    feed([100] * 25)
    assert scan.scan() == 0


def test_a_split_is_no_signal(make_account: Callable[..., SignedUp], feed: Feed) -> None:
    feed(CALM)
    services.alarm_create(account_db_key=make_account().account_db_key, symbol="TEST")
    (split_day,) = feed([50])
    MarketSplit.objects.create(symbol="TEST", session=split_day, ratio=2)
    assert scan.scan() == 0


@pytest.mark.parametrize(
    ("symbol", "split_day"),
    [("AAPL", date(2000, 6, 21)), ("AAPL", date(2005, 2, 28)), ("MSFT", date(2003, 2, 18))],
)
def test_the_samples_real_splits_are_no_signals(
    make_account: Callable[..., SignedUp], symbol: str, split_day: date
) -> None:
    market_feed.load_symbols()
    market_feed.load_bars(after=date(split_day.year - 1, 1, 1), until=date.fromordinal(split_day.toordinal() - 5))
    services.alarm_create(account_db_key=make_account().account_db_key, symbol=symbol)
    market_feed.load_bars(after=date.fromordinal(split_day.toordinal() - 5), until=split_day)
    scan.scan()
    assert not MarketSignal.objects.filter(session=split_day).exists()
    assert SignalScan.objects.get().upto_session == split_day


def test_symbols_that_nobody_watches_are_not_scanned(make_account: Callable[..., SignedUp], feed: Feed) -> None:
    feed(CALM, "WATCHED")
    feed(CALM, "IDLE")
    alarm_owner = make_account().account_db_key
    services.alarm_create(account_db_key=alarm_owner, symbol="WATCHED")
    off = services.alarm_create(account_db_key=alarm_owner, symbol="IDLE")
    services.alarm_update(account_db_key=alarm_owner, alarm_id=off.alarm_id, is_active=False)
    feed([90], "WATCHED")
    feed([90], "IDLE")
    scan.scan()
    assert [signal.symbol for signal in MarketSignal.objects.all()] == ["WATCHED"]


def test_an_alarm_that_wants_earlier_sessions_than_were_scanned_gets_them(
    make_account: Callable[..., SignedUp], feed: Feed
) -> None:
    """Shard 2 was down while shard 1's alarm had the symbol scanned: its older alarm's signals are found later."""
    from shards.scope import on_shard
    from signals.models import SignalAlarm

    feed(CALM)
    early = services.alarm_create(account_db_key=make_account(shard=2).account_db_key, symbol="TEST")
    with on_shard(2):
        SignalAlarm.objects.update(is_active=False)  # as if its shard did not answer
    (crossed,) = feed([90])
    services.alarm_create(account_db_key=make_account(shard=1).account_db_key, symbol="TEST")
    feed([91])
    assert scan.scan() == 0
    with on_shard(2):
        SignalAlarm.objects.update(is_active=True)
    assert scan.scan() == 1
    assert MarketSignal.objects.get().session == crossed
    assert early.since_session < crossed


def test_a_scan_takes_the_same_number_of_round_trips_for_one_symbol_and_for_many(
    make_account: Callable[..., SignedUp], feed: Feed
) -> None:
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    owner = make_account(shard=1).account_db_key

    def trips(count: int) -> int:
        names = [f"S{count}X{number}" for number in range(count)]
        for name in names:
            feed(CALM, name)
            services.alarm_create(account_db_key=owner, symbol=name)
            feed([90], name)
        with (
            CaptureQueriesContext(connections["default"]) as globally,
            CaptureQueriesContext(connections["shard_1"]) as there,
        ):
            assert scan.scan() == count
        return len(globally) + len(there)

    assert trips(1) == trips(9)  # ten alarms are what the free plan allows
