"""Steps on other databases: a command to the one, a reply to the other, both events of the outbox.

The command is published with the saga's own row, the reply with the effect and the inbox row of the database that it
happens on. A command without a reply is sent again after the step's timeout; the inbox answers a repetition with what
was done. A compensation that comes before its action leaves a row that the action finds when it comes at last, and so
it does nothing.
"""

from typing import Any
from uuid import UUID
from zlib import crc32

from shards.outbox.publishing import publish
from shards.outbox.registry import event_type
from shards.saga.definitions import Data, Step
from shards.saga.procedures import Saga
from shards.saga.transitions import COMPENSATING
from shards.scope import current_alias

COMMAND = event_type("saga.command")
REPLY = event_type("saga.reply")
LANES = 64  # partitions to each database: sagas share them, so that counters do not grow with sagas


def target_of(saga: Saga, step: Step) -> str:
    """Where the current step was sent, or will be: a repetition and a compensation go where the first try went.

    Raises what the definition's choice raises, such as AccountUnknown.
    """
    sent_to = next(row["target"] for row in saga.steps if row["step_number"] == saga.current_step)
    return str(sent_to or step.place(saga.saga_data))  # type: ignore[operator]  # of a remote step it is a function


def send(saga: Saga, target: str) -> None:
    """In the caller's transaction, on the saga's database."""
    publish(
        COMMAND,
        partition_key=_lane(target, saga.saga_id),
        aggregate_id=str(saga.saga_id),
        event_data={
            "home": current_alias(),
            "target": target,
            "saga_id": saga.saga_id,
            "saga_type": saga.saga_type,
            "definition_version": saga.definition_version,
            "initiator_id": saga.initiator_id,
            "step_number": saga.current_step,
            "is_compensation": saga.status == COMPENSATING,
            "tries": saga.tries,
            "data": saga.saga_data,
        },
    )


def reply(command: dict[str, Any], outcome: str, response: Data | None = None, error: str = "") -> None:
    """In the caller's transaction, on the database that the command was for."""
    publish(
        REPLY,
        partition_key=_lane(command["home"], UUID(command["saga_id"])),
        aggregate_id=command["saga_id"],
        event_data={
            "home": command["home"],
            "saga_id": command["saga_id"],
            "step_number": command["step_number"],
            "is_compensation": command["is_compensation"],
            "tries": command["tries"],
            "outcome": outcome,
            "response": response,
            "error": error,
        },
    )


def _lane(alias: str, saga_id: UUID) -> str:
    """By its database first: one that is down holds back the events to it alone."""
    return f"{alias}:{crc32(saga_id.bytes) % LANES}"
