"""The platform's filters: every session a step, the same rows on every shard, one latest state in Redis."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
from django.test import Client

from accounts.procedures import SignedUp
from config.redis import sessions as redis
from shards.scope import on_shard
from signals import kalman, regime
from signals.market.procedures import market_change_latest
from signals.models import KalmanHistory, MarketBar, MarketProgress
from signals.tracking import procedures, state, update
from signals.tracking.update import latest_state, update_all
from tests.signals.conftest import Feed, put_bars

pytestmark = pytest.mark.django_db(databases="__all__")
WALK = (100 * np.exp(np.cumsum(np.random.default_rng(3).normal(0, 0.01, 400)))).round(2).tolist()


def rows(shard_id: int, ticker: str = "TEST") -> list[dict[str, Any]]:
    with on_shard(shard_id):
        found: list[Any] = list(KalmanHistory.objects.filter(ticker=ticker).order_by("step_count").values())
    return [{name: value for name, value in row.items() if name not in ("idx", "created_at")} for row in found]


def test_each_session_is_a_step_and_every_shard_has_the_same_rows(feed: Feed) -> None:
    sessions = feed(WALK[:300])
    assert update_all() == {"1": 250, "2": 250}
    first = rows(1)
    assert [row["step_count"] for row in first] == list(range(51, 301))
    assert [row["timestamp"].date() for row in first] == sessions[50:]
    assert rows(2) == first
    assert update_all() == {"1": 0, "2": 0}
    (session,) = feed(WALK[300:301])
    assert update_all() == {"1": 1, "2": 1}
    assert (rows(1)[-1]["step_count"], rows(1)[-1]["timestamp"].date()) == (301, session)
    assert rows(1) == rows(2)


def test_the_states_are_those_of_the_plain_filter(feed: Feed) -> None:
    feed(WALK[:280])
    update_all()
    plain = kalman.filter(regime.REGIME, *regime.prior(), regime.observations(np.array(WALK[:280])))
    assert [row["state_vector_x"] for row in rows(1)] == plain.x[30:].tolist()
    assert [row["covariance_matrix_p"] for row in rows(1)] == plain.P[30:].tolist()


def test_bar_by_bar_and_at_once_give_the_same_bits(feed: Feed) -> None:
    feed(WALK[:100], "ONCE")
    for close in WALK[:90], *([close] for close in WALK[90:100]):
        feed(close, "DAILY")
        update_all()
    at_once, daily = rows(1, "ONCE"), rows(1, "DAILY")
    assert [row | {"ticker": ""} for row in daily] == [row | {"ticker": ""} for row in at_once]


def test_replaying_from_a_stored_state_gives_the_same_bits(feed: Feed) -> None:
    feed(WALK[:300])
    update_all()
    stored = rows(1)
    for place in range(30, len(stored) - 1, 37):
        before, after = stored[place], stored[place + 1]
        assert after["market_data"]["follows"] == before["step_count"]
        z = np.array(after["market_data"]["observation"], dtype=np.float64)
        x, P = kalman.predict(  # noqa: N806
            regime.REGIME, before["state_vector_x"], before["covariance_matrix_p"], after["market_data"]["elapsed"]
        )
        again = kalman.update(regime.REGIME, x, P, z)
        assert again.x.tolist() == after["state_vector_x"]
        assert again.P.tolist() == after["covariance_matrix_p"]


def test_redis_lost_or_behind_costs_nothing_but_time(feed: Feed) -> None:
    feed(WALK[:60], "ALWAYS")
    feed(WALK[:60], "LOST")
    update_all()
    behind = state.recall(["LOST"])["LOST"]
    for number, close in enumerate(WALK[60:64]):
        feed([close], "ALWAYS")
        feed([close], "LOST")
        if number == 1:
            state.forget(["LOST"])
        if number == 3:
            state.forget(["LOST"])
            assert state.remember([behind]) == 1
        update_all()
    assert [row | {"ticker": ""} for row in rows(1, "LOST")] == [row | {"ticker": ""} for row in rows(1, "ALWAYS")]
    redis().flushdb()
    with on_shard(2):
        known = latest_state("LOST")
    assert known is not None
    assert known.step_count == 64
    assert state.recall(["LOST"]) == {"LOST": known}
    assert state.recall(["ALWAYS"]) == {}


def test_redis_never_goes_back(feed: Feed) -> None:
    feed(WALK[:40])
    update_all()
    older = state.recall(["TEST"])["TEST"]
    feed(WALK[40:41])
    update_all()
    newer = state.recall(["TEST"])["TEST"]
    assert (older.step_count, newer.step_count) == (40, 41)
    assert state.remember([older]) == 0
    assert state.recall(["TEST"])["TEST"] == newer


def test_a_shard_that_was_down_catches_up_to_the_same_rows(feed: Feed) -> None:
    feed(WALK[:50])
    update_all()
    feed(WALK[50:53])
    latest = market_change_latest().change_seq
    with on_shard(1):
        assert update.update(latest, {}) == 3
    feed(WALK[53:55])
    assert update_all() == {"1": 2, "2": 5}
    assert rows(1) == rows(2)


def test_a_corrected_bar_takes_the_filter_back_and_the_old_steps_stay(feed: Feed) -> None:
    sessions = feed(WALK[:60])
    update_all()
    before = rows(1)
    put_bars("TEST", {sessions[55]: 50})
    assert update_all() == {"1": 5, "2": 5}
    after = rows(1)
    assert after[:60] == before
    assert [row["step_count"] for row in after[60:]] == [61, 62, 63, 64, 65]
    assert [row["timestamp"].date() for row in after[60:]] == sessions[55:]
    assert [row["market_data"]["follows"] for row in after[60:]] == [55, 61, 62, 63, 64]
    closes = [*WALK[:55], 50, *WALK[56:60]]
    plain = kalman.filter(regime.REGIME, *regime.prior(), regime.observations(np.array(closes)))
    assert after[-1]["state_vector_x"] == plain.x[-1].tolist()
    with on_shard(1):
        counting = procedures.kalman_history_get(ticker="TEST", account_db_key=0, before=None, limit=7)
    assert [row.step_count for row in counting] == [65, 64, 63, 62, 61, 55, 54]
    feed(WALK[60:61])
    update_all()
    assert rows(1)[-1]["step_count"] == 66
    assert rows(1) == rows(2)


def test_a_missing_session_is_two_sessions_of_uncertainty(feed: Feed) -> None:
    sessions = feed(WALK[:30])
    MarketBar.objects.filter(session=sessions[20]).delete()
    update_all()
    elapsed = {row["timestamp"].date(): row["market_data"]["elapsed"] for row in rows(1)}
    assert elapsed[sessions[21]] == 2
    assert set(elapsed.values()) == {1, 2}


def test_a_batch_that_is_cut_off_goes_on_where_it_was(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("A", "B", "C", "D", "E"):
        feed(WALK[:12], name)
    monkeypatch.setattr(update, "SYMBOLS", 2)
    monkeypatch.setattr(update, "ROWS", 12)

    def die(point: str) -> None:
        if point == "kalman.stored":
            raise InterruptedError

    monkeypatch.setattr(update, "reach", die)
    for _ in range(5):
        with on_shard(1), pytest.raises(InterruptedError):
            update.update(market_change_latest().change_seq, {})
    monkeypatch.setattr(update, "reach", lambda point: None)
    assert update_all() == {"1": 0, "2": 60}
    for name in ("A", "B", "C", "D", "E"):
        assert rows(1, name) == rows(2, name)
        assert len(rows(1, name)) == 12
    with on_shard(1):
        progress = MarketProgress.objects.get(name="kalman")
    assert (progress.upto_seq, progress.symbol) == (0, "")


def test_the_api_gives_the_state_and_what_follows(
    client: Client,
    feed: Feed,
    make_account: Callable[..., SignedUp],
    bearer: Callable[[int], dict[str, str]],
) -> None:
    mine = bearer(make_account(shard=2).account_db_key)
    missing = client.get("/api/v1/signals/kalman/TEST", headers=mine)
    assert (missing.status_code, missing.json()["code"]) == (404, "kalman_unknown")
    *_, session = feed(WALK[:300])
    update_all()
    found = client.get("/api/v1/signals/kalman/TEST", headers=mine).json()
    newest = rows(2)[-1]
    assert (found["ticker"], found["session"], found["step_count"]) == ("TEST", str(session), 300)
    assert [entry["value"] for entry in found["states"]] == newest["state_vector_x"]
    assert [entry["name"] for entry in found["states"]] == list(regime.STATES)
    assert found["covariance_matrix_p"] == newest["covariance_matrix_p"]
    assert found["trading_signal"] == newest["trading_signal"]
    assert found["score"] == newest["performance_metrics"]["score"]
    assert found["confidence"] == newest["performance_metrics"]["confidence"]
    assert found["health"] == newest["performance_metrics"]["health"] == "healthy"
    redis().flushdb()
    assert client.get("/api/v1/signals/kalman/TEST", headers=mine).json() == found


def test_a_wild_market_diverges_and_recovers(feed: Feed) -> None:
    feed(WALK[:300])
    feed([WALK[299] * (0.4 if day % 2 else 1.6) for day in range(15)])
    update_all()
    assert {row["performance_metrics"]["health"] for row in rows(1)[-15:]} >= {"diverged"}
    feed(WALK[:80])
    update_all()
    assert rows(1)[-1]["performance_metrics"]["health"] == "healthy"


def test_it_is_about_the_exchange_s_date(feed: Feed) -> None:
    (session,) = feed(WALK[:1])
    update_all()
    assert rows(1)[0]["timestamp"] == datetime(session.year, session.month, session.day, tzinfo=UTC)
    assert session == date(2012, 1, 4)  # the second session from FIRST on is the fixture's first
