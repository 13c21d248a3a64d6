"""Signals of the Model Server: pushed with a service token, or polled from a real HTTP server."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client

from accounts.procedures import SignedUp
from signals import evaluation, fanout, model_server, scan, selectors, services
from signals.market import http
from signals.models import MarketFeed, MarketSignal
from tests.signals.conftest import CALM, Feed
from tests.signals.peer import Peer, serving

pytestmark = pytest.mark.django_db(databases="__all__")
URL = "/api/v1/signals/ingest"
TOKEN = "the model server's token"


@pytest.fixture(autouse=True)
def service_token(settings: Any) -> None:
    settings.INGEST_TOKEN_HASHES = [sha256(b"another").hexdigest(), sha256(TOKEN.encode()).hexdigest()]


def item(session: date, /, **changed: Any) -> dict[str, Any]:
    signal = {"symbol": "TEST", "session": str(session), "side": "BUY", "confidence": "0.83", "model_version": "m-7"}
    return signal | changed


def push(client: Client, *signals: dict[str, Any], token: str = TOKEN) -> Any:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return client.post(URL, {"signals": list(signals)}, content_type="application/json", headers=headers)


def history(key: int) -> list[Any]:
    return selectors.history_list(account_db_key=key, symbol=None, alarm_id=None, before=None, limit=50)


def test_a_pushed_buy_reaches_every_alarm_of_its_symbol_and_is_judged(
    client: Client, make_account: Callable[..., SignedUp], bearer: Callable[[int], dict[str, str]], feed: Feed
) -> None:
    feed(CALM)
    keys = [make_account(shard=shard).account_db_key for shard in (1, 2)]
    services.alarm_create(account_db_key=keys[0], symbol="TEST")
    services.alarm_create(account_db_key=keys[1], symbol="TEST", window=10, k="1.5")  # type: ignore[arg-type]
    session, _ = feed([100, 101.5])
    answer = push(client, item(session))
    assert (answer.status_code, answer.json()) == (200, {"results": ["accepted"]})
    scan.scan()
    fanout.fan_out_all()
    evaluation.evaluate_all()
    for key in keys:
        (row,) = client.get("/api/v1/signals/history", headers=bearer(key)).json()["results"]
        assert (row["source"], row["signal_type"], row["session"]) == ("model_server", "BUY", str(session))
        assert (row["confidence"], row["model_version"]) == ("0.83000", "m-7")
        assert (row["signal_price"], row["price_after_1d"]) == ("100.000000", "101.500000")
        assert (row["profit_rate"], row["is_win"]) == ("1.500000", True)
        assert (row["band_window"], row["band_k"]) == (0, "0.000")
    (card,) = selectors.scorecards(account_db_key=keys[0], symbol="TEST")
    assert (card["source"], card["win_signals"]) == ("model_server", 1)


def test_score_cards_compare_the_sources(client: Client, make_account: Callable[..., SignedUp], feed: Feed) -> None:
    feed(CALM)
    key = make_account(shard=1).account_db_key
    services.alarm_create(account_db_key=key, symbol="TEST")
    session, *_ = feed([90, 88])
    push(client, item(session, side="SELL"))
    scan.scan()
    fanout.fan_out_all()
    evaluation.evaluate_all()
    cards = selectors.scorecards(account_db_key=key, symbol=None)
    assert [(card["source"], card["win_signals"], card["wrong_signals"]) for card in cards] == [
        ("bollinger", 0, 1),
        ("model_server", 1, 0),
    ]


def test_each_signal_gets_its_own_answer(client: Client, feed: Feed) -> None:
    *_, session = feed(CALM)
    saturday = session + timedelta(days=5 - session.weekday())
    tomorrow = datetime.now(UTC).date() + timedelta(days=30)
    later = push(client, item(session), item(session), item(session, side="SELL"))
    assert later.json()["results"] == ["accepted", "duplicate", "accepted"]
    answer = push(
        client,
        item(session, confidence="0.1", model_version="m-8"),
        item(session, symbol="NOPE"),
        item(tomorrow),
        item(session + timedelta(days=1)),
        item(saturday - timedelta(days=7)),
    )
    assert answer.json()["results"] == ["duplicate", "symbol_unknown", "in_future", "not_closed", "no_session"]
    assert MarketSignal.objects.count() == 2
    assert str(MarketSignal.objects.get(signal_type="BUY").confidence) == "0.83000"


@pytest.mark.parametrize(
    "wrong",
    [
        {"side": "HOLD"},
        {"confidence": "1.01"},
        {"confidence": "-0.1"},
        {"confidence": "NaN"},
        {"session": "2012-13-01"},
        {"session": 5},
        {"symbol": "x" * 51},
        {"symbol": ["TEST"]},
        {"model_version": "m" * 51},
        {"symbol": "nul\0"},
    ],
    ids=str,
)
def test_what_is_no_signal_refuses_the_whole_request(client: Client, feed: Feed, wrong: dict[str, Any]) -> None:
    *_, session = feed(CALM)
    answer = push(client, item(session), item(session, **wrong))
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert MarketSignal.objects.count() == 0


@pytest.mark.parametrize("token", ["", "wrong", "é", "the model server's token "])
def test_only_a_service_token_may_push(client: Client, feed: Feed, token: str) -> None:
    *_, session = feed(CALM)
    answer = push(client, item(session), token=token)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert MarketSignal.objects.count() == 0


def test_a_users_token_is_no_service_token_and_the_other_way_round(
    client: Client, make_account: Callable[..., SignedUp], bearer: Callable[[int], dict[str, str]], feed: Feed
) -> None:
    *_, session = feed(CALM)
    mine = bearer(make_account().account_db_key)["authorization"].removeprefix("Bearer ")
    assert push(client, item(session), token=mine).status_code == 401
    answer = client.get("/api/v1/signals/alarms", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 401


# Polled -------------------------------------------------------------------------------------------------------------
@pytest.fixture
def peer(settings: Any) -> Iterator[Peer]:
    http.breaker.cache_clear()
    with serving() as server:
        settings.MODEL_SERVER_URL, settings.MODEL_SERVER_TOKEN = server.url, "ours"
        yield server


def pages(*contents: list[Any]) -> Callable[[str, dict[str, str]], tuple[int, bytes]]:
    """The n-th page is what comes after the cursor n - 1."""

    def answer(path: str, query: dict[str, str]) -> tuple[int, bytes]:
        number = int(query["after"] or 0)
        if number >= len(contents):
            return 200, b'{"signals": [], "next": null}'
        return 200, json.dumps({"signals": contents[number], "next": str(number + 1)}).encode()

    return answer


def test_all_pages_are_taken_once(feed: Feed, peer: Peer) -> None:
    *_, first, second = feed(CALM)
    peer.answer = pages([item(first)], [item(second), item(second, side="SELL")])
    assert model_server.poll() == {"accepted": 3}
    assert MarketSignal.objects.count() == 3
    assert [asked[2] for asked in peer.asked] == ["Bearer ours"] * 3
    assert MarketFeed.objects.get().position == "2"
    peer.asked.clear()
    assert model_server.poll() == {}
    assert [asked[1]["after"] for asked in peer.asked] == ["2"]


def test_a_signal_whose_bar_has_not_come_is_asked_for_again(feed: Feed, peer: Peer) -> None:
    *_, session = feed(CALM)
    following = session + timedelta(days=1)
    peer.answer = pages([item(session), item(following)])
    assert model_server.poll() == {"accepted": 1, "not_closed": 1}
    assert model_server.poll() == {"duplicate": 1, "not_closed": 1}
    assert feed([100]) == [following]
    assert model_server.poll() == {"duplicate": 1, "accepted": 1}
    assert MarketFeed.objects.get().position == "1"


def test_bad_items_hold_up_nothing(feed: Feed, peer: Peer) -> None:
    *_, session = feed(CALM)
    bad = [None, 5, {}, item(session, side="HOLD"), item(session, confidence="x"), item(session, session="never")]
    peer.answer = pages([*bad, item(session), item(session, symbol="NOPE"), item(date(2999, 1, 1))])
    assert model_server.poll() == {"accepted": 1, "symbol_unknown": 1, "in_future": 1, "malformed": 6}
    assert MarketFeed.objects.get().position == "1"


@pytest.mark.parametrize("body", [b"", b"[]", b'{"signals": 5, "next": null}', b'{"signals": [], "next": 5}', b"{}"])
def test_an_outage_is_seen_and_harms_nothing(feed: Feed, peer: Peer, body: bytes) -> None:
    *_, session = feed(CALM)
    peer.answer = pages([item(session)])
    model_server.poll()
    peer.says(body)
    assert str(model_server.poll()).startswith("model_server: ")
    row = MarketFeed.objects.get()
    assert row.error.startswith("model_server: ")
    assert (row.position, MarketSignal.objects.count()) == ("1", 1)
    peer.answer = pages([item(session)], [item(session, side="SELL")])
    assert model_server.poll() == {"accepted": 1}


def test_a_server_that_is_gone_is_an_outage(feed: Feed, settings: Any) -> None:
    http.breaker.cache_clear()
    settings.MODEL_SERVER_URL, settings.MODEL_SERVER_TOKEN = "http://127.0.0.1:9", ""
    assert "ConnectError" in str(model_server.poll())


def test_a_server_that_never_ends_is_left_after_so_many_pages(
    feed: Feed, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_server, "PAGES", 4)
    peer.answer = lambda path, query: (200, json.dumps({"signals": [], "next": query["after"] + "x"}).encode())
    assert model_server.poll() == {}
    assert len(peer.asked) == 4


def test_without_a_url_nobody_is_asked(settings: Any) -> None:
    settings.MODEL_SERVER_URL = ""
    assert model_server.poll() == {}


def test_many_signals_of_one_symbol_reach_a_paced_alarm_in_their_order(
    client: Client, make_account: Callable[..., SignedUp], feed: Feed
) -> None:
    feed(CALM)
    key = make_account(shard=1).account_db_key
    services.alarm_create(account_db_key=key, symbol="TEST", cooldown=3)
    sessions = feed([100, 101] * 5)
    push(client, *(item(session) for session in sessions))
    fanout.fan_out_all()
    assert [row.session for row in history(key)[::-1]] == [sessions[0], sessions[4], sessions[8]]


def test_a_signal_for_very_many_alarms_goes_through_them_in_key_order(
    client: Client, make_account: Callable[..., SignedUp], feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fanout, "ACCOUNTS", 2)
    feed(CALM)
    keys = [make_account(shard=1).account_db_key for _ in range(5)]
    for key in keys:
        services.alarm_create(account_db_key=key, symbol="TEST")
    (session,) = feed([100])
    push(client, item(session))
    assert fanout.fan_out_all() == {"1": 5, "2": 0}
    assert [len(history(key)) for key in keys] == [1] * 5
