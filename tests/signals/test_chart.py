"""GET signals/chart/{symbol}: columns beside the sessions."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest
from django.test import Client

from accounts.models.account import OPERATOR
from accounts.procedures import SignedUp
from signals.market import feed as market_feed
from signals.models import MarketSplit
from signals.tracking.update import update_all
from tests.signals.conftest import Feed

pytestmark = pytest.mark.django_db(databases="__all__")
WALK = (100 * np.exp(np.cumsum(np.random.default_rng(9).normal(0, 0.02, 300)))).round(2).tolist()


@pytest.fixture
def mine(make_account: Callable[..., SignedUp], bearer: Callable[[int], dict[str, str]]) -> dict[str, str]:
    return bearer(make_account(shard=2).account_db_key)


def test_every_column_stands_beside_its_session(client: Client, feed: Feed, mine: dict[str, str]) -> None:
    sessions = feed(WALK)
    update_all()
    found = client.get("/api/v1/signals/chart/TEST?sessions=120&window=10&k=1.5", headers=mine).json()
    assert found["sessions"] == [str(session) for session in sessions[-120:]]
    assert found["close"] == [f"{close:.6f}" for close in WALK[-120:]]
    for place in (0, 60, 119):
        closes = np.array(WALK[180 + place - 9 : 181 + place])
        assert found["middle"][place] == pytest.approx(closes.mean())
        assert found["upper"][place] == pytest.approx(closes.mean() + 1.5 * closes.std())
        assert found["lower"][place] == pytest.approx(closes.mean() - 1.5 * closes.std())
    assert len(found["signals"]) > 5
    for signal in found["signals"]:
        place = found["sessions"].index(signal["session"])
        outside = found["percent_b"][place]
        assert outside < 0 if signal["side"] == "BUY" else outside > 1
        assert signal["price"] == found["close"][place]
    assert {signal["outcome"] for signal in found["signals"]} >= {"win", "wrong"}
    kalman = found["kalman"]
    columns = [kalman["score"], kalman["health"], *kalman["states"].values(), *kalman["state_std"].values()]
    assert {len(column) for column in columns} == {120}
    latest = client.get("/api/v1/signals/kalman/TEST", headers=mine).json()
    assert kalman["score"][-1] == latest["score"]
    assert [kalman["states"][state["name"]][-1] for state in latest["states"]] == [s["value"] for s in latest["states"]]
    assert [kalman["state_std"][state["name"]][-1] for state in latest["states"]] == [
        s["std"] for s in latest["states"]
    ]


def test_a_split_is_adjusted_in_the_bands_and_not_in_the_closes(
    client: Client, feed: Feed, mine: dict[str, str]
) -> None:
    *_, split_day = feed([100.0, 102.0] * 15 + [50.0])
    MarketSplit.objects.create(symbol="TEST", session=split_day, ratio=2)
    found = client.get("/api/v1/signals/chart/TEST?sessions=3", headers=mine).json()
    assert found["close"] == ["100.000000", "102.000000", "50.000000"]
    assert found["adjusted_close"] == [50, 51, 50]
    assert found["signals"] == []
    assert found["kalman"]["score"] == [None, None, None]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("NOPE", 400, "symbol_unknown"),
        ("TEST?window=5&k=2", 400, "alarm_never_fires"),
        ("TEST?sessions=0", 400, "invalid"),
        ("TEST?sessions=1001", 400, "invalid"),
        ("TEST?k=NaN", 400, "invalid"),
        ("x" * 51, 400, "invalid"),
    ],
)
def test_what_makes_no_sense_is_refused(
    client: Client, feed: Feed, mine: dict[str, str], path: str, status: int, code: str
) -> None:
    feed(WALK[:30])
    answer = client.get(f"/api/v1/signals/chart/{path}", headers=mine)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_the_admins_page_names_the_charts_data_and_only_operators_get_it(
    client: Client, console: Callable[[int], Client]
) -> None:
    market_feed.load_symbols()
    market_feed.load_bars(after=date(2003, 1, 1), until=date(2004, 1, 2))
    operator = console(OPERATOR)
    page = operator.get("/admin/signals/marketsymbol/AAPL/change/").content.decode()
    assert 'data-url="/admin/signals/marketsymbol/AAPL/chart/"' in page
    assert "https://" not in page.partition("symbol-chart")[2].partition("</section>")[0]
    data = operator.get("/admin/signals/marketsymbol/AAPL/chart/?sessions=60&state=trend").json()
    assert (data["symbol"], len(data["sessions"]), data["sessions"][-1]) == ("AAPL", 60, "2004-01-02")
    wrong = operator.get("/admin/signals/marketsymbol/AAPL/chart/", {"window": "x"})
    assert (wrong.status_code, wrong.json()["detail"]) == (400, "window: A valid integer is required.")
    unknown = operator.get("/admin/signals/marketsymbol/NOPE/chart/")
    assert unknown.status_code == 400
    assert client.get("/admin/signals/marketsymbol/AAPL/chart/").status_code == 302
