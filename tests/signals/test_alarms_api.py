"""/api/v1/signals/alarms"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.procedures import SignedUp
from shards.scope import on_shard
from signals.models import SignalAlarm
from tests.signals.conftest import CALM, Feed

pytestmark = pytest.mark.django_db(databases="__all__")
URL = "/api/v1/signals/alarms"
JSON = "application/json"


@pytest.fixture
def mine(make_account: Callable[..., SignedUp], bearer: Callable[[int], dict[str, str]]) -> dict[str, str]:
    return bearer(make_account(shard=1).account_db_key)


@pytest.fixture
def strangers(make_account: Callable[..., SignedUp], bearer: Callable[[int], dict[str, str]]) -> dict[str, str]:
    return bearer(make_account(shard=1).account_db_key)


def make(client: Client, headers: dict[str, str], **fields: Any) -> Any:
    return client.post(URL, {"symbol": "TEST"} | fields, content_type=JSON, headers=headers)


def test_an_alarm_is_made_with_what_the_market_knows(client: Client, feed: Feed, mine: dict[str, str]) -> None:
    *_, latest = feed([*CALM, 100])
    answer = make(client, mine, note='"quoted" \\ and 😀', window=10, k="1.5")
    assert answer.status_code == 201
    alarm = answer.json()
    assert {key: alarm[key] for key in ("symbol", "company_name", "current_price", "exchange", "currency", "note")} == {
        "symbol": "TEST",
        "company_name": "TEST Inc",
        "current_price": "100.000000",
        "exchange": "NYSE",
        "currency": "USD",
        "note": '"quoted" \\ and 😀',
    }
    assert (alarm["band_window"], alarm["band_k"], alarm["is_active"]) == (10, "1.500", True)
    assert alarm["since_session"] == str(latest)
    del alarm["preview"]
    assert client.get(f"{URL}/{alarm['alarm_id']}", headers=mine).json() == alarm


def test_an_unknown_symbol_is_refused(client: Client, feed: Feed, mine: dict[str, str]) -> None:
    feed(CALM)
    answer = make(client, mine, symbol="NOPE")
    assert (answer.status_code, answer.json()["code"]) == (400, "symbol_unknown")
    assert list(answer.json()["fields"]) == ["symbol"]


def test_a_second_live_alarm_for_a_symbol_is_refused_until_the_first_is_deleted(
    client: Client, feed: Feed, mine: dict[str, str], strangers: dict[str, str]
) -> None:
    feed(CALM)
    first = make(client, mine).json()
    client.patch(f"{URL}/{first['alarm_id']}", {"is_active": False}, content_type=JSON, headers=mine)
    answer = make(client, mine)
    assert (answer.status_code, answer.json()["code"]) == (409, "alarm_duplicate")
    assert make(client, strangers).status_code == 201
    assert client.delete(f"{URL}/{first['alarm_id']}", headers=mine).status_code == 204
    assert make(client, mine).status_code == 201


@pytest.mark.parametrize("band", [{"window": 5, "k": "2"}, {"window": 2, "k": "1"}, {"k": "5"}])
def test_a_band_that_can_never_fire_is_refused_with_its_reason(
    client: Client, feed: Feed, mine: dict[str, str], band: dict[str, Any]
) -> None:
    feed(CALM)
    answer = make(client, mine, **band)
    assert (answer.status_code, answer.json()["code"]) == (400, "alarm_never_fires")
    assert "square root" in answer.json()["detail"]
    with on_shard(1):
        assert SignalAlarm.objects.count() == 0


def test_patch_changes_what_is_given_and_nothing_else(client: Client, feed: Feed, mine: dict[str, str]) -> None:
    feed(CALM)
    alarm = make(client, mine, note="before").json()
    url = f"{URL}/{alarm['alarm_id']}"
    off = client.patch(url, {"is_active": False}, content_type=JSON, headers=mine).json()
    changed = {key: value for key, value in off.items() if value != alarm[key]}
    assert changed == {"is_active": False, "state": "off", "updated_at": off["updated_at"]}
    assert client.patch(url, {"note": ""}, content_type=JSON, headers=mine).json()["note"] == ""
    assert client.get(URL, headers=mine).json()["results"][0]["is_active"] is False
    refused = client.patch(url, {"window": 3}, content_type=JSON, headers=mine)
    assert refused.json()["code"] == "alarm_never_fires"


def test_switched_on_again_it_fires_on_later_sessions_only(client: Client, feed: Feed, mine: dict[str, str]) -> None:
    feed(CALM)
    url = f"{URL}/{make(client, mine).json()['alarm_id']}"
    client.patch(url, {"is_active": False}, content_type=JSON, headers=mine)
    (meanwhile,) = feed([90])
    assert client.patch(url, {"is_active": True}, content_type=JSON, headers=mine).json()["since_session"] == str(
        meanwhile
    )


def test_somebody_elses_alarm_is_not_there(
    client: Client, feed: Feed, mine: dict[str, str], strangers: dict[str, str]
) -> None:
    feed(CALM)
    alarm = make(client, mine).json()
    url = f"{URL}/{alarm['alarm_id']}"
    for answer in (
        client.get(url, headers=strangers),
        client.patch(url, {"is_active": False}, content_type=JSON, headers=strangers),
        client.delete(url, headers=strangers),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "alarm_unknown")
    assert client.get(URL, headers=strangers).json() == {"results": [], "next": None}
    del alarm["preview"]
    assert client.get(url, headers=mine).json() == alarm


def test_pages_follow_each_other_without_gap_or_repeat(client: Client, feed: Feed, mine: dict[str, str]) -> None:
    names = [f"S{number}" for number in range(5)]
    for name in names:
        feed(CALM[:1], name)
        make(client, mine, symbol=name)
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = client.get(URL, query, headers=mine).json()
        seen += [alarm["symbol"] for alarm in page["results"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert seen == names[::-1]


@pytest.mark.parametrize("query", [{"cursor": "nonsense"}, {"cursor": "é"}, {"limit": "0"}, {"limit": "x"}])
def test_a_page_that_makes_no_sense_is_refused(client: Client, mine: dict[str, str], query: dict[str, str]) -> None:
    answer = client.get(URL, query, headers=mine)
    assert answer.status_code == 400
    assert answer.json()["code"] in {"cursor_invalid", "invalid"}


def test_without_a_token_it_is_refused(client: Client) -> None:
    answer = client.get(URL)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"] == "Bearer"
