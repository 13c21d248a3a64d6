"""A corrected bar may leave a signal without ground: it is taken back everywhere, and its judgement stays readable."""

from collections.abc import Callable
from datetime import date
from time import sleep
from typing import Any

import pytest
from django.test import Client

from accounts.procedures import SignedUp
from shards.scope import on_shard
from signals import evaluation, fanout, scan, selectors, services, withdrawal
from signals.models import MarketProgress, MarketSignal, SignalHistory, SignalRevision
from tests.signals.conftest import CALM, Feed, put_bars
from tests.weakened import weakened

pytestmark = pytest.mark.django_db(databases="__all__")
really = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def owners(make_account: Callable[..., SignedUp], feed: Feed) -> list[int]:
    """One on each shard, whose alarms fired on 90 and were judged by 100: 11.11 % right."""
    feed(CALM)
    keys = [make_account(shard=shard).account_db_key for shard in (1, 2)]
    for key in keys:
        services.alarm_create(account_db_key=key, symbol="TEST")
    return keys


def work() -> None:
    scan.scan()
    fanout.fan_out_all()
    withdrawal.withdraw_all()
    evaluation.evaluate_all()
    evaluation.revise_all()


def row(shard_id: int = 1) -> SignalHistory:
    with on_shard(shard_id):
        return SignalHistory.objects.get()


@pytest.fixture
def session(owners: list[int], feed: Feed) -> date:
    first, *_ = feed([90, 100, 100])
    work()
    return first


def test_a_signal_whose_bar_was_wrong_is_taken_back_on_every_shard(owners: list[int], session: date) -> None:
    before = row()
    put_bars("TEST", {session: 100})
    work()
    assert MarketSignal.objects.get().withdrawn_at is not None
    for shard_id in (1, 2):
        gone = row(shard_id)
        assert gone.withdrawn_at is not None
        assert (gone.horizon, gone.profit_rate, gone.is_win, gone.evaluated_at) == (9, None, None, None)
    with on_shard(1):
        kept = SignalRevision.objects.earliest("revision")
    assert (kept.profit_rate, kept.is_win, kept.signal_price) == (before.profit_rate, True, 90)


def test_it_counts_in_no_statistics_and_its_owner_sees_why(
    owners: list[int], session: date, client: Client, bearer: Callable[[int], dict[str, str]]
) -> None:
    put_bars("TEST", {session: 100})
    work()
    found = selectors.statistics(account_db_key=owners[0])
    assert (found["total_signals"], found["pending_signals"], found["win_signals"]) == (0, 0, 0)
    assert selectors.scorecards(account_db_key=owners[0], symbol=None) == []
    headers = bearer(owners[0])
    (shown,) = client.get("/api/v1/signals/history", headers=headers).json()["results"]
    assert shown["withdrawn_at"] is not None
    url = f"/api/v1/signals/history/{shown['signal_id']}/revisions"
    assert client.get(url, headers=headers).json()["results"][-1]["profit_rate"] == "11.111111"
    (alarm,) = client.get("/api/v1/signals/alarms", headers=headers).json()["results"]
    assert alarm["fired_on"] is None


def test_repeating_changes_nothing(owners: list[int], session: date) -> None:
    put_bars("TEST", {session: 100})
    work()
    before = row().revision
    with on_shard(1):
        MarketProgress.objects.filter(name=withdrawal.NAME).update(change_seq=0)
    assert withdrawal.withdraw_all() == {"1": 0, "2": 0}
    assert row().revision == before


def test_another_correction_reinstates_it_and_it_is_judged_anew(owners: list[int], session: date) -> None:
    put_bars("TEST", {session: 100})
    work()
    put_bars("TEST", {session: 89})
    work()
    back = row()
    assert (back.withdrawn_at, back.horizon, back.signal_price, back.is_win) == (None, 1, 89, True)
    assert MarketSignal.objects.get().withdrawn_at is None


def test_a_bar_that_keeps_the_signal_withdraws_nothing(owners: list[int], session: date) -> None:
    put_bars("TEST", {session: 89})
    work()
    assert (row().withdrawn_at, row().signal_price, row().revision) == (None, 89, 1)


def test_a_shard_whose_fan_out_is_behind_follows_later(owners: list[int], feed: Feed) -> None:
    session, *_ = feed([90, 100, 100])
    scan.scan()
    put_bars("TEST", {session: 100})
    scan.scan()
    assert withdrawal.withdraw_all() == {"1": 0, "2": 0}
    work()
    assert row().withdrawn_at is not None


@really
@pytest.mark.parametrize("is_locked", [True, False], ids=["locked", "without the lock"])
def test_a_judgement_at_the_same_moment_is_kept_or_prevented(
    owners: list[int], feed: Feed, at_once: Callable[..., list[Any]], is_locked: bool
) -> None:
    """Without the lock, one that comes between the copy and the change is lost."""
    session, *_ = feed([90, 100])
    scan.scan()
    fanout.fan_out_all()
    put_bars("TEST", {session: 100})
    scan.scan()
    lock = ("       FOR UPDATE;", "       ;")
    pause = ("    -- 9 is the horizon", "    DO SLEEP(1);\n    -- 9 is the horizon")

    def judge() -> None:
        sleep(0.4)  # in the middle of the withdrawal, which lasts a second
        evaluation.evaluate_all()

    with weakened("shard_1", "fp_signal_history_withdraw", *([pause] if is_locked else [lock, pause])):
        at_once(lambda job: job(), withdrawal.withdraw_all, judge)
    with on_shard(1):
        kept = SignalRevision.objects.count()
    assert row().horizon == 9
    assert (row().revision == kept) is is_locked, "each judgement that is replaced is kept"
