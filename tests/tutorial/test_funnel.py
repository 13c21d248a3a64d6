"""The funnel over both shards: exact counts, times from a histogram that can be added up."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models.account import OPERATOR, Account
from accounts.procedures import SignedUp
from shards.models import AccountResidence
from shards.scope import on_shard
from tests import explain
from tutorial.admin import duration
from tutorial.funnel import funnel, percentile
from tutorial.services import step_complete

pytestmark = pytest.mark.django_db(databases="__all__")
URL = "/admin/tutorial/tutorialstep/funnel/"


def finish(account: SignedUp, *, signed_up: timedelta, steps: list[int]) -> None:
    """The account signed up so long ago and does these steps of CHAT now."""
    with on_shard(account.shard_id):
        AccountResidence.objects.filter(pk=account.account_db_key).update(created_at=timezone.now() - signed_up)
    for number in steps:
        step_complete(account_db_key=account.account_db_key, tutorial_type="CHAT", step_number=number)


def test_shards_add_up_and_skipped_steps_are_not_counted(make_account: Callable[..., SignedUp]) -> None:
    finish(make_account(shard=1), signed_up=timedelta(minutes=10), steps=[1, 4])
    finish(make_account(shard=2), signed_up=timedelta(minutes=10), steps=[1, 2])
    finish(make_account(shard=2), signed_up=timedelta(days=10), steps=[1])
    found = funnel()
    assert found.missing == []
    assert [step.accounts for step in found.steps["CHAT"]] == [3, 1, 0, 1]
    assert [step.accounts for step in found.steps["SIGNALS"]] == [0] * 5
    first, second, third, _ = found.steps["CHAT"]
    assert first.median_seconds is not None
    assert 511 <= first.median_seconds < 1023  # the bucket of 600 seconds
    assert first.slowest_tenth_seconds is not None
    assert 2**19 - 1 <= first.slowest_tenth_seconds < 2**20 - 1  # the bucket of 864,000 seconds
    assert second.median_seconds == 767  # the middle of its bucket
    assert (third.median_seconds, third.slowest_tenth_seconds) == (None, None)


def test_a_percentile_is_linear_within_its_bucket() -> None:
    assert percentile({}, 50) is None
    assert percentile({0: 10}, 50) == 0
    assert percentile({3: 4, 5: 4}, 50) == 15
    assert percentile({3: 4, 5: 4}, 75) == 47
    assert percentile({3: 4, 5: 4}, 100) == 63
    assert [duration(seconds) for seconds in (None, 0, 119, 120, 7200, 172800)] == [
        "-", "0 s", "119 s", "2 min", "2 h", "2 d",
    ]  # fmt: skip


def test_operators_see_the_chart_and_users_do_not(
    make_account: Callable[..., SignedUp], console: Callable[[int], Any]
) -> None:
    finish(make_account(shard=1), signed_up=timedelta(minutes=10), steps=[1])
    page = console(OPERATOR).get(URL)
    assert page.status_code == 200
    assert "CHAT, version 1" in page.text
    assert page.text.count("<canvas") == 5
    assert console(Account.Level.USER).get(URL).status_code == 302


def test_the_funnel_reads_an_index_only() -> None:
    (plan,) = explain.plan(
        "shard_1",
        "SELECT tutorial_type, step_id, FLOOR(LOG2(seconds_since_signup + 1)), COUNT(*)"
        " FROM table_tutorial_steps GROUP BY 1, 2, 3",
    )
    assert plan["key"] == "ix_tutorial_step_funnel"
    assert "Using index" in plan["Extra"]
