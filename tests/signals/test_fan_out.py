"""The market's signals reach each shard's alarms, once."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from accounts.procedures import SignedUp
from shards.models import AccountResidence, UniversalOutbox
from shards.scope import on_shard
from signals import fanout, scan, services
from signals.models import MarketSignal, SignalAlarm, SignalHistory
from tests.signals.conftest import CALM, Feed

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def watchers(make_account: Callable[..., SignedUp], feed: Feed) -> list[int]:
    """Five accounts on shard 1 and one on shard 2, each with an alarm, before the close falls out of the band."""
    feed(CALM)
    keys = [make_account(shard=1).account_db_key for _ in range(5)] + [make_account(shard=2).account_db_key]
    for key in keys:
        services.alarm_create(account_db_key=key, symbol="TEST")
    return keys


def owners(shard_id: int) -> list[int]:
    with on_shard(shard_id):
        return list(SignalHistory.objects.order_by("account_db_key").values_list("account_db_key", flat=True))


def test_each_alarm_gets_one_row_and_each_signal_one_event_a_shard(watchers: list[int], feed: Feed) -> None:
    (session,) = feed([90])
    scan.scan()
    assert fanout.fan_out_all() == {"1": 5, "2": 1}
    assert owners(1) == watchers[:5]
    assert owners(2) == watchers[5:]
    signal = MarketSignal.objects.get()
    for shard_id in (1, 2):
        with on_shard(shard_id):
            event = UniversalOutbox.objects.get(event_type=fanout.EVENT)
            assert (event.domain, event.partition_key, event.event_type) == ("market", "TEST", "signal.detected")
            assert event.event_data["market_signal_id"] == str(signal.signal_id)
            row = SignalHistory.objects.first()
            assert row is not None
            assert (row.session, row.signal_type, row.triggered_at) == (session, "BUY", signal.triggered_at)


def test_repeating_changes_nothing(watchers: list[int], feed: Feed) -> None:
    feed([90])
    scan.scan()
    fanout.fan_out_all()
    with on_shard(1):
        before = list(SignalHistory.objects.values()), list(UniversalOutbox.objects.values())
        assert fanout.fan_out() == 0
        assert (list(SignalHistory.objects.values()), list(UniversalOutbox.objects.values())) == before


def test_small_batches_give_the_same_rows(watchers: list[int], feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fanout, "ACCOUNTS", 2)
    monkeypatch.setattr(fanout, "SIGNALS", 1)
    feed([90, *CALM, 110])
    assert scan.scan() == 2
    with on_shard(1):
        assert fanout.fan_out() == 10
        assert UniversalOutbox.objects.filter(event_type=fanout.EVENT).count() == 2
    assert owners(1) == sorted(watchers[:5] * 2)


def test_an_inactive_or_deleted_alarm_never_fires(watchers: list[int], feed: Feed) -> None:
    with on_shard(1):
        off, gone, *_ = SignalAlarm.objects.order_by("account_db_key")
    services.alarm_update(account_db_key=off.account_db_key, alarm_id=off.alarm_id, is_active=False)
    services.alarm_delete(account_db_key=gone.account_db_key, alarm_id=gone.alarm_id)
    feed([90])
    scan.scan()
    fanout.fan_out_all()
    assert owners(1) == watchers[2:5]


def test_an_alarm_fires_only_on_sessions_after_it_was_made(
    watchers: list[int], make_account: Callable[..., SignedUp], feed: Feed
) -> None:
    feed([90])
    late = make_account(shard=1).account_db_key
    services.alarm_create(account_db_key=late, symbol="TEST")
    scan.scan()
    fanout.fan_out_all()
    assert late not in owners(1)


def test_other_parameters_are_other_signals(watchers: list[int], feed: Feed) -> None:
    with on_shard(1):
        wide = SignalAlarm.objects.order_by("account_db_key")[0]
    services.alarm_update(account_db_key=wide.account_db_key, alarm_id=wide.alarm_id, k=Decimal(3))
    far, *_, near = feed([90, *CALM, 97])
    scan.scan()
    fanout.fan_out_all()
    with on_shard(1):
        rows = SignalHistory.objects.values_list("account_db_key", "session")
        assert set(rows) == {(wide.account_db_key, far)} | {(k, s) for k in watchers[1:5] for s in (far, near)}


def test_an_account_that_moved_away_gets_no_row_here(watchers: list[int], feed: Feed) -> None:
    with on_shard(1):
        AccountResidence.objects.filter(pk=watchers[0]).update(state="moved")
    feed([90])
    scan.scan()
    fanout.fan_out_all()
    assert owners(1) == watchers[1:5]


def test_a_signal_that_reached_nobody_here_is_no_event_here(watchers: list[int], feed: Feed) -> None:
    with on_shard(2):
        SignalAlarm.objects.update(is_active=False)
    feed([90])
    scan.scan()
    fanout.fan_out_all()
    with on_shard(2):
        assert UniversalOutbox.objects.filter(event_type=fanout.EVENT).count() == 0
    assert owners(2) == []
