"""The operators' page of score cards: the API's figures, on the chosen shard."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models.account import OPERATOR
from accounts.procedures import SignedUp
from signals import evaluation, fanout, scan, services
from tests.signals.conftest import CALM, Feed

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def key(make_account: Callable[..., SignedUp], feed: Feed) -> int:
    """Lives on shard 2 and has one signal, a BUY at 90 that was 11.11 % right."""
    feed(CALM)
    key = make_account(shard=2).account_db_key
    services.alarm_create(account_db_key=key, symbol="TEST")
    feed([90, 100])
    scan.scan()
    fanout.fan_out_all()
    evaluation.evaluate_all()
    return key


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_an_account_s_cards_are_shown_on_its_shard_only(key: int, console: Callable[[int], Client]) -> None:
    client = console(OPERATOR)
    url = reverse("admin:signals_scorecards")
    assert "no such signal" not in client.get(url).text
    asked: dict[str, str | int] = {"account_db_key": key, "symbol": "test", "_database": "shard_2"}
    page = words(client.get(url, asked, follow=True).text)
    assert "TEST bollinger 20 / 2 1 0 1 0 0 100.0 % (21 to 100)" in page
    assert "+11.11 %, -, -" in page
    assert "1 judged signals are too few for a rate (30 are needed)" in page
    asked["_database"] = "shard_1"
    assert "no such signal on the chosen shard" in words(client.get(url, asked, follow=True).text)


@pytest.mark.parametrize("asked", [{"account_db_key": "x"}, {"account_db_key": "-1"}, {"symbol": "A"}])
def test_what_is_no_key_is_said_so(console: Callable[[int], Client], asked: dict[str, str]) -> None:
    answer = console(OPERATOR).get(reverse("admin:signals_scorecards"), asked)
    assert answer.status_code == 200
    assert 'class="text-red-600"' in answer.text


def test_nobody_without_the_right_sees_it(client: Client) -> None:
    assert client.get(reverse("admin:signals_scorecards")).status_code == 302
