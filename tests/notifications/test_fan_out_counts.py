"""A set-based creation counts each notification once, also when two do the same work at once or half of it is done."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from accounts.procedures import SignedUp
from notifications.consumers import tell_signal
from notifications.models import (
    InappNotification,
    InappNotificationCounter,
    InappNotificationStats,
    NotificationSettings,
)
from notifications.sweep import differences
from shards.outbox.registry import Event
from shards.scope import on_shard
from signals.models import SignalHistory
from tests.admin_rows import COLUMNS
from tests.weakened import weakened

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
SIGNAL = UUID(int=77)
EVENT = Event(
    "shard_1", UUID(int=1), "market", "AAPL", 1, "signal.detected", 1, "x",
    {
        "market_signal_id": str(SIGNAL), "source": "bollinger", "symbol": "AAPL", "band_window": 20, "band_k": "2",
        "session": "2026-10-30", "signal_type": "BUY", "signal_price": "189.980000",
    },
    datetime(2026, 11, 2, tzinfo=UTC),
)  # fmt: skip


@pytest.fixture
def keys(make_account: Callable[..., SignedUp]) -> list[int]:
    """Four accounts on shard 1 that one signal reached; the last has two alarms that it fired."""
    keys = [make_account(shard=1).account_db_key for _ in range(4)]
    with on_shard(1):
        for key in [*keys, keys[-1]]:
            row = COLUMNS[SignalHistory](1) | {"account_db_key": key, "market_signal_id": SIGNAL}
            SignalHistory.objects.create(**row)
    return keys


def counts() -> list[tuple[int, int, int]]:
    with on_shard(1):
        assert differences() == []
        days = InappNotificationStats.objects.order_by("account_db_key")
        counters = dict(InappNotificationCounter.objects.values_list("account_db_key", "unread_count"))
        return [(day.total_count, day.priority_2_count, counters[day.account_db_key]) for day in days]


def tell(_: Any = None) -> None:
    with on_shard(1):
        tell_signal(EVENT)


def test_each_account_s_own_are_counted_once_however_often_it_is_repeated(keys: list[int]) -> None:
    for _ in range(2):
        tell()
        assert counts() == [(1, 1, 1), (1, 1, 1), (1, 1, 1), (2, 2, 2)]


def test_who_is_told_later_is_counted_then_and_the_others_are_not_counted_again(keys: list[int]) -> None:
    with on_shard(1):
        NotificationSettings.objects.create(account_db_key=keys[0], trade_alert_enabled=False)
    tell()
    with on_shard(1):
        NotificationSettings.objects.update(trade_alert_enabled=True, language="en")
    tell()
    assert counts() == [(1, 1, 1), (1, 1, 1), (1, 1, 1), (2, 2, 2)]
    with on_shard(1):
        assert {row.account_db_key: row.title for row in InappNotification.objects.all()} == {
            keys[0]: "AAPL: BUY signal",
            **dict.fromkeys(keys[1:], "AAPL: BUY 시그널"),
        }


@pytest.mark.parametrize("is_weakened", [False, True])
def test_two_consumers_at_once_count_once(
    keys: list[int], at_once: Callable[..., list[Any]], is_weakened: bool
) -> None:
    """With one time for both calls, and no turns, each counts the rows of the other too."""
    takes_turns = "        CALL fp_notification_stamp(p_market_signal_id, v_stamp);"
    counts_then = "        -- Counted is what"
    same_time = (
        (takes_turns, "        SET v_stamp = '2026-11-02 12:00:00';"),
        (counts_then, f"        DO SLEEP(0.2);\n{counts_then}"),
    )
    with weakened("shard_1", "fp_inapp_notification_create_from_signal", *same_time) if is_weakened else nullcontext():
        assert at_once(tell, 1, 2) == [None, None]
    if is_weakened:
        with on_shard(1):
            assert differences() != []
    else:
        assert counts() == [(1, 1, 1), (1, 1, 1), (1, 1, 1), (2, 2, 2)]
