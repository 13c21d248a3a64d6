"""Progress through the API: what was done stays, what was skipped is not done, what does not exist is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, transaction
from django.test import Client

from accounts.procedures import SignedUp
from shards.placement import on_account
from shards.scope import on_shard
from tutorial import procedures, services
from tutorial.definitions import TUTORIALS, TYPES
from tutorial.models import TutorialProgress, TutorialStep

pytestmark = pytest.mark.django_db(databases="__all__")
URL = "/api/v1/tutorial/progress"


@pytest.fixture
def key(make_account: Callable[..., SignedUp]) -> int:
    return make_account(shard=2).account_db_key


@pytest.fixture
def mine(key: int, bearer: Callable[[int], dict[str, str]]) -> dict[str, str]:
    return bearer(key)


def put(client: Client, headers: dict[str, str], tutorial_type: str, body: Any) -> Any:
    return client.put(f"{URL}/{tutorial_type}", body, content_type="application/json", headers=headers)


def done(progress: dict[str, Any]) -> list[int]:
    return [step["step_number"] for step in progress["steps"] if step["completed_at"]]


def test_nobody_has_begun_and_all_five_are_listed(client: Client, mine: dict[str, str]) -> None:
    answer = client.get(URL, headers=mine).json()
    assert answer["next"] is None
    assert [row["tutorial_type"] for row in answer["results"]] == list(TYPES)
    for row in answer["results"]:
        assert (row["completed_step"], row["is_complete"], row["updated_at"], done(row)) == (0, False, None, [])
    assert answer["results"][2]["steps"][1]["title"] == {"en": "Make your first alarm", "ko": "첫 알람 만들기"}


def test_a_skipped_step_is_not_done_and_the_furthest_never_goes_back(client: Client, mine: dict[str, str]) -> None:
    first = put(client, mine, "SIGNALS", {"step_number": 5}).json()
    assert (first["completed_step"], first["is_complete"], done(first)) == (5, False, [5])

    second = put(client, mine, "SIGNALS", {"step_number": 2}).json()
    assert (second["completed_step"], done(second)) == (5, [2, 5])
    assert second["updated_at"] == first["updated_at"], "the furthest step did not change"
    assert second["steps"][1]["completed_by"] == "user"

    assert put(client, mine, "SIGNALS", {"step_number": 2}).json() == second
    listed = client.get(URL, headers=mine).json()["results"]
    assert listed[2] == second
    assert [row["completed_step"] for row in listed] == [0, 0, 5, 0, 0]


def test_all_steps_done_is_complete(client: Client, mine: dict[str, str]) -> None:
    for number in (4, 3, 2, 1):
        progress = put(client, mine, "CHAT", {"step_number": number}).json()
        assert progress["is_complete"] is (number == 1)


@pytest.mark.parametrize(
    ("tutorial_type", "body", "status", "code"),
    [
        ("NOTHING", {"step_number": 1}, 404, "tutorial_unknown"),
        ("signals", {"step_number": 1}, 404, "tutorial_unknown"),
        ("CHAT", {"step_number": 5}, 400, "tutorial_step_unknown"),
        ("CHAT", {"step_number": 6}, 400, "invalid"),
        ("CHAT", {"step_number": 0}, 400, "invalid"),
        ("CHAT", {"step_number": -4}, 400, "invalid"),
        ("CHAT", {"step_number": 999999}, 400, "invalid"),
        ("CHAT", {}, 400, "invalid"),
    ],
)
def test_what_is_not_defined_is_refused(
    client: Client, mine: dict[str, str], tutorial_type: str, body: Any, status: int, code: str
) -> None:
    answer = put(client, mine, tutorial_type, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    with on_shard(2):
        assert not TutorialProgress.objects.exists()
        assert not TutorialStep.objects.exists()


def test_the_database_refuses_a_type_that_the_platform_does_not_have(key: int) -> None:
    with on_account(key), pytest.raises((IntegrityError, OperationalError)), transaction.atomic(using="shard_2"):
        procedures.tutorial_complete_step(
            account_db_key=key, tutorial_type="NOTHING", step_number=1, step_ids=["x"], completed_by="user"
        )


def test_progress_is_one_s_own(
    client: Client, key: int, mine: dict[str, str], make_account: Callable[..., SignedUp], bearer: Any
) -> None:
    services.step_complete(account_db_key=key, tutorial_type="CHAT", step_number=1)
    other = bearer(make_account(shard=2).account_db_key)
    assert [row["completed_step"] for row in client.get(URL, headers=other).json()["results"]] == [0] * 5
    assert [row["completed_step"] for row in client.get(URL, headers=mine).json()["results"]] == [0, 0, 0, 1, 0]


def test_step_ids_are_unique_and_no_step_is_newer_than_its_tutorial() -> None:
    ids = [step.step_id for tutorial in TUTORIALS.values() for step in tutorial.steps]
    assert len(ids) == len(set(ids))
    assert all(step.since <= tutorial.version for tutorial in TUTORIALS.values() for step in tutorial.steps)
    assert TYPES == ("OVERVIEW", "PORTFOLIO", "SIGNALS", "CHAT", "SETTINGS")
