"""Side, expiry, cooldown and hysteresis: the fan-out's SQL and the pure rule let the same signals through."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.test import Client

from accounts.procedures import SignedUp
from shards.models import UniversalOutbox
from shards.scope import on_shard
from signals import evaluation, fanout, scan, selectors, services
from signals.backtest import Strategy, run
from signals.exceptions import AlarmNeverFires
from signals.market.series import series_of
from signals.models import SignalHistory
from tests.signals.conftest import CALM, Feed, put_bars

pytestmark = pytest.mark.django_db(databases="__all__")
WILD = (100 * np.exp(np.cumsum(np.random.default_rng(8).normal(0, 0.02, 320)))).round(2).tolist()


def fan_out() -> None:
    scan.scan()
    fanout.fan_out_all()


PACES: list[dict[str, Any]] = [
    {},
    {"side": "BUY"},
    {"cooldown": 1},
    {"cooldown": 6},
    {"cooldown": 20, "side": "SELL"},
    {"hysteresis": 10},
    {"hysteresis": 25},
    {"hysteresis": 50, "cooldown": 3},
]


@pytest.mark.parametrize("at_once", [True, False], ids=["caught up", "bar by bar"])
def test_sql_and_the_pure_rule_agree(make_account: Callable[..., SignedUp], feed: Feed, at_once: bool) -> None:
    sessions = feed(WILD[:60])
    keys = [make_account(shard=1 + number % 2).account_db_key for number in range(len(PACES))]
    for key, pace in zip(keys, PACES, strict=True):
        services.alarm_create(account_db_key=key, symbol="TEST", window=10, k="1.2", **pace)  # type: ignore[arg-type]
    if at_once:
        feed(WILD[60:160])
        fan_out()
    else:
        for close in WILD[60:160]:
            feed([close])
            fan_out()
    series = series_of({"TEST": sessions[-1]}, lookback=1000)["TEST"]
    counts = []
    for key, pace in zip(keys, PACES, strict=True):
        expected = run("TEST", series, sessions[-1], date.max, Strategy(10, "1.2", **pace))  # type: ignore[arg-type]
        history = selectors.history_list(account_db_key=key, symbol=None, alarm_id=None, before=None, limit=200)
        found = [(row.session, row.signal_type) for row in history[::-1]]
        assert found == [(outcome.found.session, outcome.found.side) for outcome in expected], pace
        counts.append(len(found))
    assert counts[0] > counts[3] > counts[4] > 0
    assert counts[5] >= counts[6] > counts[7] > 0
    assert counts[6] < counts[0]


def test_an_alarm_does_not_fire_after_its_last_session(make_account: Callable[..., SignedUp], feed: Feed) -> None:
    *_, latest = feed(CALM)
    key = make_account(shard=1).account_db_key
    with pytest.raises(AlarmNeverFires):
        services.alarm_create(account_db_key=key, symbol="TEST", expires_on=latest)
    alarm = services.alarm_create(account_db_key=key, symbol="TEST", expires_on=date(2012, 2, 2))
    first, *_ = feed([90, *CALM, 110])
    fan_out()
    with on_shard(1):
        assert [row.session for row in SignalHistory.objects.all()] == [first]
    (described,) = selectors.alarms_described([selectors.alarm_get(account_db_key=key, alarm_id=alarm.alarm_id)])
    assert (described["state"], described["fired_on"]) == ("expired", first)
    assert described["last_judged"]["reason"] == "The close crossed the band (SELL), but the alarm had expired."
    again = services.alarm_update(account_db_key=key, alarm_id=alarm.alarm_id, never_expires=True)
    assert again.expires_on is None


def test_the_answer_to_a_new_alarm_previews_it(
    client: Client, make_account: Callable[..., SignedUp], bearer: Callable[[int], dict[str, str]], feed: Feed
) -> None:
    """Its count is that of the alarm that was there a year ago, judged by the real jobs."""
    key = make_account(shard=1).account_db_key
    feed(WILD[:40])
    sessions = feed(WILD[40:60])
    services.alarm_create(account_db_key=key, symbol="TEST", window=20, k="1.5", cooldown=2)  # type: ignore[arg-type]
    year = feed(WILD[60:312])
    assert len(year) == 252
    fan_out()
    evaluation.evaluate_all()
    mine = bearer(make_account(shard=2).account_db_key)
    body = {"symbol": "TEST", "window": 20, "k": "1.5", "cooldown": 2}
    answer = client.post("/api/v1/signals/alarms", body, content_type="application/json", headers=mine).json()
    history = selectors.history_list(account_db_key=key, symbol=None, alarm_id=None, before=None, limit=200)
    preview = answer["preview"]
    assert preview["sessions"] == 252
    assert preview["signals"] == len(history) > 5
    assert preview["win_signals"] == sum(row.is_win is True for row in history)
    assert preview["buy_signals"] == sum(row.signal_type == "BUY" for row in history)
    rates = [row.profit_rate for row in history if row.profit_rate is not None]
    assert preview["average_profit_rate"] == f"{sum(rates) / len(rates):.6f}"
    assert preview["reason"] == ""
    assert sessions[-1] < year[0]


@pytest.mark.parametrize(
    ("closes", "reason"),
    [
        ([100.0] * 15, "Only 15 sessions are known; a window of 20 needs one more."),
        ([100.0] * 60, "No close of the last year crossed this band; a smaller k fires more often."),
    ],
)
def test_a_preview_says_why_nothing_fired(
    make_account: Callable[..., SignedUp], feed: Feed, closes: list[float], reason: str
) -> None:
    feed(closes)
    alarm = services.alarm_create(account_db_key=make_account().account_db_key, symbol="TEST")
    preview = selectors.alarm_preview(alarm)
    assert (preview.signals, preview.reason) == (0, reason)


def test_a_new_alarm_is_an_event_and_a_refused_one_is_none(make_account: Callable[..., SignedUp], feed: Feed) -> None:
    from signals.exceptions import AlarmDuplicate

    feed(CALM)
    key = make_account(shard=1).account_db_key
    alarm = services.alarm_create(account_db_key=key, symbol="TEST")
    with pytest.raises(AlarmDuplicate):
        services.alarm_create(account_db_key=key, symbol="TEST")
    with on_shard(1):
        event = UniversalOutbox.objects.get(event_type="alarm.created")
    assert (event.domain, event.partition_key, event.aggregate_id) == ("market", "TEST", alarm.alarm_id.hex)
    assert event.event_data["account_db_key"] == key
    assert event.event_data["alarm_id"] == str(alarm.alarm_id)


def test_the_last_judged_bar_is_shown_with_its_reason(make_account: Callable[..., SignedUp], feed: Feed) -> None:
    feed(CALM)
    key = make_account(shard=1).account_db_key
    alarm = services.alarm_create(account_db_key=key, symbol="TEST")

    def shown() -> dict[str, Any]:
        return selectors.alarms_described([selectors.alarm_get(account_db_key=key, alarm_id=alarm.alarm_id)])[0]

    assert (shown()["state"], shown()["last_judged"]) == ("armed", None)
    (session,) = feed([90])
    fan_out()
    last = shown()["last_judged"]
    assert (shown()["state"], shown()["fired_on"]) == ("fired", session)
    assert (last["session"], last["close"], last["fired"]) == (session, "90.000000", True)
    assert last["percent_b"] < 0
    feed([89])
    fan_out()
    assert shown()["state"] == "armed"
    assert shown()["last_judged"]["reason"].startswith("The close is outside the band, and so was the one before")


def test_a_correction_that_makes_a_crossing_is_found_and_reaches_the_alarm(
    make_account: Callable[..., SignedUp], feed: Feed
) -> None:
    feed(CALM)
    key = make_account(shard=1).account_db_key
    services.alarm_create(account_db_key=key, symbol="TEST")
    sessions = feed([100, 100, 100])
    fan_out()
    assert selectors.history_list(account_db_key=key, symbol=None, alarm_id=None, before=None, limit=9) == []
    put_bars("TEST", {sessions[1]: 90})
    fan_out()
    (row,) = selectors.history_list(account_db_key=key, symbol=None, alarm_id=None, before=None, limit=9)
    assert (row.session, row.signal_type, row.signal_price) == (sessions[1], "BUY", Decimal(90))
    fan_out()
    assert len(selectors.history_list(account_db_key=key, symbol=None, alarm_id=None, before=None, limit=9)) == 1
