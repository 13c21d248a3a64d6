"""The start page tells each operator what has happened since the visit before."""

from collections.abc import Callable
from datetime import timedelta
from time import monotonic

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from accounts.models.account import OPERATOR
from accounts.procedures import SignedUp
from shards import errorlog, gate
from shards.admin import news
from shards.models import Job

pytestmark = pytest.mark.django_db(databases="__all__")

Console = Callable[[int], Client]


def figures(client: Client) -> dict[str, str]:
    return {item.what: item.figure for item in client.get("/admin/").context["news"]}


def test_a_quiet_day(console: Console) -> None:
    assert figures(console(OPERATOR)) == {
        "Errors": "0",
        "Dead letters": "0",
        "Jobs that failed": "0",
        "Shards not active": "0",
        "Sign-ups": "1",  # the operator's own
        "Signals": "0",
        "Win rate of 0 judged": "under 30",
    }


def test_what_happened_is_counted_over_all_shards(console: Console, make_account: Callable[..., SignedUp]) -> None:
    client = console(OPERATOR)
    make_account(shard=1), make_account(shard=2)
    for alias in ("shard_1", "shard_2"):
        errorlog.record(alias, "fp_x", {}, OperationalError(1064, "broken"))
    Job.objects.create(name="lame", started_at=timezone.now(), finished_at=timezone.now(), error="it broke")

    told = figures(client)

    assert (told["Errors"], told["Jobs that failed"], told["Sign-ups"]) == ("2", "1", "3")


def test_a_shard_that_is_down_is_named_and_not_counted_as_zero(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = console(OPERATOR)
    monkeypatch.setitem(gate._closed_until, 2, monotonic() + 60)
    told = figures(client)
    assert told["Errors (without shard_2)"] == "0"
    assert told["Shards not active"] == "1"
    assert told["Win rate of 0 judged, without shard 2"] == "under 30"


def test_a_visit_is_told_what_came_after_the_one_before() -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        assert news.since_last_look(5) == start - news.FIRST
    with time_machine.travel(start + timedelta(minutes=20), tick=False):
        assert news.since_last_look(5) == start - news.FIRST, "the same visit"
    with time_machine.travel(start + timedelta(hours=9), tick=False):
        assert news.since_last_look(5) == start + timedelta(minutes=20)
        assert news.since_last_look(6) == start + timedelta(hours=9) - news.FIRST, "each operator's own"


def test_an_old_error_is_no_news(console: Console) -> None:
    errorlog.record("shard_1", "fp_x", {}, OperationalError(1064, "broken"))
    client = console(OPERATOR)
    assert figures(client)["Errors"] == "1"
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert figures(client)["Errors"] == "0"
