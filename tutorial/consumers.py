"""Steps that are done because the account did the thing itself."""

from typing import Any

from shards.outbox.registry import EVENT_TYPES, Event, consumes
from tutorial.definitions import TUTORIALS, completed_by
from tutorial.models import TutorialStep
from tutorial.services import step_complete


def complete_steps(event: Event) -> None:
    """The event's account has done the steps that such an event completes; safe to repeat."""
    if not is_own_doing(event.event_data):
        return
    for tutorial_type, step_number in completed_by(event.event_type):
        step_complete(
            account_db_key=event.event_data["account_db_key"],
            tutorial_type=tutorial_type,
            step_number=step_number,
            completed_by=TutorialStep.CompletedBy.EVENT,
        )


def is_own_doing(data: dict[str, Any]) -> bool:
    """Stored chat messages may all be answers; of the others each event is what its account did."""
    messages = data.get("messages")
    return messages is None or any(message["message_type"] == "USER" for message in messages)


def register() -> None:
    known = frozenset().union(*EVENT_TYPES.values())
    for event_type in {step.done_by for tutorial in TUTORIALS.values() for step in tutorial.steps} & known:
        consumes("tutorial", str(event_type))(complete_steps)


register()
