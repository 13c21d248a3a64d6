"""Judged after one, three and five sessions; corrected bars are revisions."""

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client

from accounts.procedures import SignedUp
from shards.models import AccountResidence
from shards.scope import on_shard
from signals import evaluation, fanout, scan, selectors, services
from signals.market.procedures import market_bars_put
from signals.models import MarketBar, MarketBarRevision, MarketSplit, SignalHistory, SignalRevision
from tests.signals.conftest import CALM, Feed, put_bars

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
    evaluation.revise_all()
    with on_shard(1):
        return list(SignalHistory.objects.order_by("session"))


def candle(session: Any, high: float, low: float, close: float) -> None:
    bar = {"symbol": "TEST", "session": str(session), "open": str(close), "close": str(close), "volume": 1000}
    market_bars_put(source="test", bars=[bar | {"high": str(high), "low": str(low)}])


def test_each_horizon_is_judged_when_its_bar_is_there(owner: int, feed: Feed) -> None:
    feed([90, 91])
    (row,) = judge()
    assert (row.horizon, row.profit_rate, row.profit_rate_3d) == (1, Decimal("1.111111"), None)
    feed([92])
    (row,) = judge()
    assert row.horizon == 1
    feed([93])
    (row,) = judge()
    assert (row.horizon, row.price_after_3d, row.profit_rate_3d) == (3, 93, Decimal("3.333333"))
    assert (row.profit_rate_5d, row.best_rate) == (None, None)
    feed([94, 85.5])
    row, *_ = judge()
    assert (row.horizon, row.price_after_5d, row.profit_rate_5d) == (5, Decimal("85.5"), Decimal("-5.000000"))
    assert (row.best_rate, row.worst_rate) == (Decimal("4.444444"), Decimal("-5.000000"))
    assert (row.profit_rate, row.is_win, row.revision) == (Decimal("1.111111"), True, 0)


@pytest.mark.parametrize(("close", "best", "worst"), [(90, "11.111111", "-11.111111"), (110, "9.090909", "-9.090909")])
def test_best_and_worst_are_the_sessions_highs_and_lows_in_the_signals_direction(
    owner: int, feed: Feed, close: int, best: str, worst: str
) -> None:
    feed([close])
    ahead = feed([close] * 5)
    candle(ahead[2], high=close + 10, low=close - 10, close=close)
    (row,) = judge()
    assert (row.horizon, row.best_rate, row.worst_rate) == (5, Decimal(best), Decimal(worst))


def test_a_split_on_the_way_is_multiplied_out(owner: int, feed: Feed) -> None:
    feed([90])
    ahead = feed([90, 90, 46, 46, 46])
    MarketSplit.objects.create(symbol="TEST", session=ahead[2], ratio=2)
    (row,) = judge()
    assert (row.profit_rate, row.profit_rate_3d, row.profit_rate_5d) == (0, Decimal("2.222222"), Decimal("2.222222"))
    assert (row.best_rate, row.worst_rate) == (Decimal("2.222222"), 0)


def test_a_price_from_another_world_is_judged_and_stops_nothing(owner: int, feed: Feed) -> None:
    feed(["0.000001", "9000000", *CALM])
    rows = judge()
    assert rows[0].profit_rate == Decimal("9999.999999")
    assert evaluation.evaluate_all() == {"1": 0, "2": 0}


def test_a_corrected_bar_is_a_revision_and_the_old_judgement_stays_readable(
    owner: int, feed: Feed, client: Client, bearer: Callable[[int], dict[str, str]]
) -> None:
    *_, next_session = feed([90, 91])
    (before,) = judge()
    put_bars("TEST", {next_session: "88.2"})
    (after,) = judge()
    assert (after.profit_rate, after.is_win, after.price_after_1d) == (Decimal("-2.000000"), False, Decimal("88.2"))
    assert after.revision == 1
    with on_shard(1):
        (old,) = SignalRevision.objects.all()
    for name in ("profit_rate", "is_win", "price_after_1d", "signal_price", "evaluated_at", "horizon", "revision"):
        assert getattr(old, name) == getattr(before, name), name
    assert judge()[0].revision == 1
    url = f"/api/v1/signals/history/{after.signal_id}/revisions"
    (shown,) = client.get(url, headers=bearer(owner)).json()["results"]
    assert (shown["profit_rate"], shown["is_win"], shown["revision"]) == ("1.111111", True, 0)
    bar = MarketBar.objects.get(session=next_session)
    assert (bar.revision, bar.close) == (1, Decimal("88.2"))
    assert MarketBarRevision.objects.get().close == 91


def test_a_corrected_signal_bar_changes_the_price_it_is_judged_by(owner: int, feed: Feed) -> None:
    session, *_ = feed([90, 91, 92, 93])
    judge()
    put_bars("TEST", {session: "91"})
    (row,) = judge()
    assert (row.signal_price, row.profit_rate, row.profit_rate_3d) == (91, 0, Decimal("2.197802"))
    assert row.revision == 1


def test_a_correction_of_a_high_changes_the_best_alone(owner: int, feed: Feed) -> None:
    feed([90])
    ahead = feed([90] * 5)
    judge()
    candle(ahead[1], high=99, low=90, close=90)
    (row,) = judge()
    assert (row.best_rate, row.worst_rate, row.profit_rate, row.revision) == (10, 0, 0, 1)


def test_a_late_bar_has_its_signals_judged(owner: int, feed: Feed) -> None:
    session, missing, *_ = feed([90, 91, 92, 93])
    MarketBar.objects.filter(session=missing).delete()
    (row,) = judge()
    assert (row.session, row.horizon) == (session, 0)
    put_bars("TEST", {missing: 91})
    assert MarketBar.objects.get(session=missing).revision == 1
    (row,) = judge()
    assert (row.horizon, row.profit_rate, row.profit_rate_3d) == (3, Decimal("1.111111"), Decimal("3.333333"))


def test_another_source_never_overwrites(owner: int, feed: Feed) -> None:
    session, _ = feed([90, 91])
    put_bars("TEST", {session: 50}, source="another")
    assert MarketBar.objects.get(session=session).close == 90
    put_bars("TEST", {session: 90})
    assert MarketBar.objects.get(session=session).revision == 0


def test_who_moved_away_is_neither_judged_nor_revised_here(owner: int, feed: Feed) -> None:
    *_, next_session = feed([90, 91])
    judge()
    with on_shard(1):
        AccountResidence.objects.update(state="moved")
    put_bars("TEST", {next_session: "88.2"})
    (row,) = judge()
    assert row.revision == 0


def test_score_cards_compare_strategies_with_a_random_day(
    owner: int, feed: Feed, client: Client, bearer: Callable[[int], dict[str, str]]
) -> None:
    feed([90, 91, *CALM, 110, 112, *CALM, 90, "90.1", *CALM, 110])
    judge()
    (card,) = client.get("/api/v1/signals/scorecards", headers=bearer(owner)).json()["results"]
    assert {name: card[name] for name in ("symbol", "source", "band_window", "band_k")} == {
        "symbol": "TEST",
        "source": "bollinger",
        "band_window": 20,
        "band_k": "2.000",
    }
    assert [card[f"{name}_signals"] for name in ("total", "pending", "buy", "sell", "win", "flat", "wrong")] == [
        4, 1, 2, 1, 1, 1, 1,
    ]  # fmt: skip
    assert card["headline_win_rate"] is None
    assert card["headline"].startswith("3 judged signals are too few")
    assert card["win_rate"] == pytest.approx(100 / 3)
    assert card["expectancy"] == pytest.approx(-0.198653, abs=1e-6)
    assert card["profit_factor"] == pytest.approx((1.111111 + 0.111111) / 1.818182, abs=1e-6)
    closes = [float(close) for close in MarketBar.objects.order_by("session").values_list("close", flat=True)]
    moves = [(b - a) / a for a, b in pairwise(closes)]
    risen = sum(move >= 0.01 for move in moves) / len(moves)
    fallen = sum(move <= -0.01 for move in moves) / len(moves)
    assert card["base_rate"] == pytest.approx(100 * (2 * risen + fallen) / 3)
    assert selectors.scorecards(account_db_key=owner, symbol="NOPE") == []
