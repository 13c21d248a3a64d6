"""Judged by the close one trading session later, in the signal's direction, once."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from accounts.procedures import SignedUp
from shards.scope import on_shard
from signals import evaluation, fanout, scan, selectors, services
from signals.models import MarketSplit, SignalHistory
from tests.signals.conftest import CALM, Feed

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def owner(make_account: Callable[..., SignedUp], feed: Feed) -> int:
    feed(CALM)
    key = make_account(shard=1).account_db_key
    services.alarm_create(account_db_key=key, symbol="TEST")
    return key


def judge() -> list[SignalHistory]:
    scan.scan()
    fanout.fan_out_all()
    evaluation.evaluate_all()
    with on_shard(1):
        return list(SignalHistory.objects.order_by("session"))


@pytest.mark.parametrize(
    ("close", "next_close", "side", "rate", "is_win"),
    [
        (90, "90.9", "BUY", "1.000000", True),
        (90, "90.89", "BUY", "0.988889", False),
        (90, "87.3", "BUY", "-3.000000", False),
        (110, "108.9", "SELL", "1.000000", True),
        (110, "111.1", "SELL", "-1.000000", False),
        (110, "110", "SELL", "0.000000", False),
    ],
)
def test_a_win_is_one_percent_in_the_signals_direction(
    owner: int, feed: Feed, close: int, next_close: str, side: str, rate: str, is_win: bool
) -> None:
    feed([close, next_close])
    (row,) = judge()
    assert (row.signal_type, row.profit_rate, row.is_win) == (side, Decimal(rate), is_win)
    assert (row.signal_price, row.price_after_1d) == (Decimal(close), Decimal(next_close))
    assert row.evaluated_at is not None


def test_without_the_next_bar_a_signal_stays_pending(owner: int, feed: Feed) -> None:
    feed([90])
    (row,) = judge()
    assert (row.is_win, row.price_after_1d, row.evaluated_at) == (None, None, None)


def test_a_friday_is_judged_on_monday(owner: int, feed: Feed) -> None:
    *_, friday = feed([101, 90])
    assert friday.strftime("%A") == "Friday"
    (row,) = judge()
    assert row.session == friday
    assert row.is_win is None
    (monday,) = feed([95])
    (row,) = judge()
    assert monday == date(friday.year, friday.month, friday.day + 3)
    assert row.price_after_1d == 95


def test_a_split_on_the_next_session_is_no_loss(owner: int, feed: Feed) -> None:
    *_, split_day = feed([90, 46])
    MarketSplit.objects.create(symbol="TEST", session=split_day, ratio=2)
    (row,) = judge()
    assert row.price_after_1d == 46
    assert row.profit_rate == Decimal("2.222222")


def test_judging_again_changes_nothing(owner: int, feed: Feed) -> None:
    feed([90, 95])
    judge()
    with on_shard(1):
        before = list(SignalHistory.objects.values())
        assert evaluation.evaluate() == 0
        assert list(SignalHistory.objects.values()) == before


def test_it_catches_up_after_downtime(owner: int, feed: Feed) -> None:
    feed([90, *CALM, 110, *CALM, 90, 95])
    assert [row.is_win for row in judge()] == [True, True, True]


def test_statistics_count_pending_apart_and_show_flat_and_wrong(owner: int, feed: Feed) -> None:
    feed([90, 91, *CALM, 110, 112, *CALM, 90, "90.1", *CALM, 110])
    judge()
    found = selectors.statistics(account_db_key=owner)
    assert found == {
        "total_alarms": 1,
        "active_alarms": 1,
        "total_signals": 4,
        "buy_signals": 2,
        "sell_signals": 2,
        "evaluated_signals": 3,
        "pending_signals": 1,
        "win_signals": 1,
        "flat_signals": 1,
        "wrong_signals": 1,
        "win_rate": Decimal("33.333333"),
        "average_profit_rate": Decimal("-0.198653"),
        "headline_win_rate": None,
        "headline": "3 judged signals are too few for a rate (30 are needed): it may be between 6 and 79 %.",
    }


def test_statistics_of_a_new_account_are_zero_and_unknown(make_account: Callable[..., SignedUp]) -> None:
    found = selectors.statistics(account_db_key=make_account().account_db_key)
    assert (found["total_signals"], found["win_rate"], found["average_profit_rate"]) == (0, None, None)
    assert (found["headline_win_rate"], found["headline"]) == (None, "No signal has been judged yet.")
