"""The number of alarms that a plan allows holds whoever asks at the same moment."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.exceptions import PlanLimitReached
from accounts.models import Plan
from accounts.procedures import SignedUp
from shards.scope import on_shard
from signals import services
from signals.models import SignalAlarm
from signals.procedures import AlarmRow
from tests.accounts.test_plan_limits import take
from tests.signals.conftest import CALM, Feed
from tests.weakened import weakened

pytestmark = pytest.mark.django_db(databases="__all__")
really = pytest.mark.django_db(transaction=True, databases="__all__")
THREADS = 8


@pytest.fixture
def key(make_account: Callable[..., SignedUp]) -> int:
    return make_account(shard=1).account_db_key


def test_the_alarm_beyond_the_limit_is_refused_by_name(
    client: Client, feed: Feed, key: int, bearer: Callable[[int], dict[str, str]]
) -> None:
    Plan.objects.filter(payment_plan="FREE").update(alarms=2)
    headers = bearer(key)
    for name in ("A", "B", "C"):
        feed(CALM[:1], name)

    def make(symbol: str) -> tuple[int, str]:
        answer = client.post(
            "/api/v1/signals/alarms", {"symbol": symbol}, content_type="application/json", headers=headers
        )
        return answer.status_code, answer.json().get("code", "")

    assert [make(name)[0] for name in ("A", "B")] == [201, 201]
    assert make("C") == (403, "plan_limit_reached")
    assert make("B") == (409, "alarm_duplicate"), "what cannot be made under any plan is said first"
    with on_shard(1):
        gone = SignalAlarm.objects.order_by("alarm_id").first()
    assert gone is not None
    client.delete(f"/api/v1/signals/alarms/{gone.alarm_id}", headers=headers)
    assert make("C")[0] == 201, "a deleted alarm frees its place"


def test_an_upgrade_counts_at_once_in_a_process_that_remembers_the_old_plan(feed: Feed, key: int) -> None:
    Plan.objects.filter(payment_plan="FREE").update(alarms=0)
    feed(CALM[:1], "A")
    with pytest.raises(PlanLimitReached):
        services.alarm_create(account_db_key=key, symbol="A")
    take(key, "BASIC")  # by another process: this one still remembers
    assert services.alarm_create(account_db_key=key, symbol="A").symbol == "A"


@pytest.fixture
def at_its_limit(feed: Feed, key: int) -> int:
    """An account with room for one alarm more, and as many symbols as there are threads."""
    Plan.objects.filter(payment_plan="FREE").update(alarms=1)
    for number in range(THREADS):
        feed(CALM[:1], f"S{number}")
    return key


def made_at_once(key: int, at_once: Callable[..., list[Any]]) -> Counter[type]:
    answers = at_once(lambda n: services.alarm_create(account_db_key=key, symbol=f"S{n}"), *range(THREADS))
    with on_shard(1):
        assert SignalAlarm.objects.count() == sum(isinstance(answer, AlarmRow) for answer in answers)
    return Counter(map(type, answers))


@really
def test_of_many_alarms_at_once_as_many_are_made_as_the_plan_allows(
    at_its_limit: int, at_once: Callable[..., list[Any]]
) -> None:
    assert made_at_once(at_its_limit, at_once) == {AlarmRow: 1, PlanLimitReached: THREADS - 1}


@really
def test_with_a_shared_lock_alone_more_alarms_would_be_made(
    at_its_limit: int, at_once: Callable[..., list[Any]]
) -> None:
    with weakened(
        "shard_1",
        "fp_signal_alarm_insert",
        ("CALL fp_account_residence_hold", "CALL fp_account_residence_require"),
        ("    INSERT INTO", "    DO SLEEP(0.3);\n    INSERT INTO"),
    ):
        assert made_at_once(at_its_limit, at_once)[AlarmRow] > 1
