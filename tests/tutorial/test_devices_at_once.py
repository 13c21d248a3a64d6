"""Two devices finish steps 2 and 5 of one tutorial at once: 5, and 3 and 4 are not done."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.procedures import SignedUp
from shards.scope import on_shard
from tests.weakened import weakened
from tutorial import selectors, services
from tutorial.models import TutorialProgress

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
INSERT = "    INSERT INTO table_tutorial_progress"


def both(at_once: Callable[..., list[Any]], key: int) -> tuple[int, list[int]]:
    """The furthest step and the steps that are done, after both devices have finished theirs."""

    def finish(number: int) -> Any:
        return services.step_complete(account_db_key=key, tutorial_type="SIGNALS", step_number=number)

    answers = at_once(finish, 2, 5)
    assert [type(answer).__name__ for answer in answers] == ["Progress", "Progress"]
    progress = selectors.progress(account_db_key=key)[2]
    return progress.completed_step, [step["step_number"] for step in progress.steps if step["completed_at"]]


@pytest.mark.parametrize("shard", [1, 2])
def test_the_furthest_wins_and_what_lies_between_is_open(
    shard: int, make_account: Callable[..., SignedUp], at_once: Callable[..., list[Any]]
) -> None:
    for _ in range(5):
        key = make_account(shard=shard).account_db_key
        assert both(at_once, key) == (5, [2, 5])
        with on_shard(shard):
            assert TutorialProgress.objects.filter(account_db_key=key).count() == 1


def test_reading_before_writing_would_go_back(
    make_account: Callable[..., SignedUp], at_once: Callable[..., list[Any]]
) -> None:
    """The larger of the two is made under the row's lock; made before it, from what was read, the later writer wins."""
    reads = (
        "SELECT MAX(completed_step) INTO v_read FROM table_tutorial_progress"
        " WHERE account_db_key = p_account_db_key AND tutorial_type = p_tutorial_type;"
    )
    key = make_account(shard=1).account_db_key
    with weakened(
        "shard_1",
        "fp_tutorial_complete_step",
        ("    DECLARE v_seconds", "    DECLARE v_read INT;\n    DECLARE v_seconds"),
        (INSERT, f"    {reads}\n    DO SLEEP(0.2 * (6 - p_step_number));\n{INSERT}"),
        ("GREATEST(completed_step, p_step_number)", "GREATEST(COALESCE(v_read, 0), p_step_number)"),
    ):
        assert both(at_once, key) == (2, [2, 5])
