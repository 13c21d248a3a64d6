"""A step is done by what the account really did, told by the outbox."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest

from accounts.procedures import SignedUp
from shards.outbox.registry import Event, consumers
from tutorial import consumers as tutorial_consumers
from tutorial import selectors
from tutorial.definitions import TUTORIALS, completed_by

pytestmark = pytest.mark.django_db(databases="__all__")


def event(event_type: str, account_db_key: int, message_type: str = "USER") -> Event:
    data = {"account_db_key": account_db_key, "messages": [{"message_type": message_type}]}
    return Event("shard_1", UUID(int=1), "x", "x", 1, event_type, 1, "x", data, datetime.now(UTC))


@pytest.mark.parametrize(
    ("event_type", "tutorial_type"), [("alarm.created", "SIGNALS"), ("chat.messages_stored", "CHAT")]
)
def test_the_step_is_done_by_the_event_once(
    event_type: str, tutorial_type: str, make_account: Callable[..., SignedUp]
) -> None:
    key = make_account().account_db_key
    if event_type.startswith("chat."):
        tutorial_consumers.complete_steps(event(event_type, key, "AI"))
        assert {p.completed_step for p in selectors.progress(account_db_key=key)} == {0}, "an answer is nobody's doing"
    for _ in range(2):
        tutorial_consumers.complete_steps(event(event_type, key))
    progress = {p.tutorial_type: p for p in selectors.progress(account_db_key=key)}
    assert [step["completed_by"] for step in progress[tutorial_type].steps[:3]] == [None, "event", None]
    assert sum(p.completed_step for p in progress.values()) == 2


def test_no_event_completes_a_step_that_is_not_defined() -> None:
    assert completed_by("signal.detected") == []
    wanted = {step.done_by for tutorial in TUTORIALS.values() for step in tutorial.steps if step.done_by}
    assert wanted == {"alarm.created", "chat.messages_stored"}
    assert set(consumers().get("tutorial", {})) <= wanted
