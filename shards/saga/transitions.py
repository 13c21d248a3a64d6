"""Where a saga goes from here: pure, from the definition, the saga's state and what its step's try came to."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from shards.saga.definitions import Data, Definition, Step
from shards.saga.models import SagaInstance, SagaStep
from shards.saga.procedures import Saga

STARTED, COMPENSATING = SagaInstance.Status.STARTED, SagaInstance.Status.COMPENSATING
COMPLETED, COMPENSATED = SagaInstance.Status.COMPLETED, SagaInstance.Status.COMPENSATED
DONE_OR_UNKNOWN = (SagaStep.Status.COMPLETED, SagaStep.Status.RUNNING)


class Done(NamedTuple):
    response: Data


class Refused(NamedTuple):
    """The action said no, and nothing of it happened: trying again would change nothing."""

    error: str


class Troubled(NamedTuple):
    """It did not get through, and is tried again; whether it happened may be unknown."""

    error: str


Outcome = Done | Refused | Troubled


@dataclass(frozen=True)
class Next:
    """What fp_saga_transition is told: the current step's outcome and the saga's state afterwards."""

    step_status: str
    status: str
    current_step: int  # 0 when nothing is left to undo
    response: Data | None = None
    error: str = ""
    is_stuck: bool = False
    pause: float = 0.0  # seconds until the next try

    @property
    def is_open(self) -> bool:
        return self.status in (STARTED, COMPENSATING)


def after(outcome: Outcome, saga: Saga, definition: Definition) -> Next:
    step = definition.step(saga.current_step)
    if isinstance(outcome, Done):
        return forth(saga, definition, outcome.response) if saga.status == STARTED else _undone(saga, definition)
    if saga.status == COMPENSATING or is_past_pivot(saga, definition):
        return _on_and_on(saga, step, outcome.error)
    if isinstance(outcome, Refused):
        return back(saga, definition, outcome.error, is_unknown=False)
    if saga.tries < step.retry.tries:
        return Next(SagaStep.Status.RUNNING, STARTED, saga.current_step, error=outcome.error, pause=_pause(saga, step))
    return back(saga, definition, outcome.error, is_unknown=step.may_be_unknown)


def forth(saga: Saga, definition: Definition, response: Data | None, *, is_skipped: bool = False) -> Next:
    step_status = SagaStep.Status.SKIPPED if is_skipped else SagaStep.Status.COMPLETED
    if saga.current_step == len(definition.steps):
        return Next(step_status, COMPLETED, saga.current_step, response)
    return Next(step_status, STARTED, saga.current_step + 1, response)


def back(saga: Saga, definition: Definition, error: str, *, is_unknown: bool) -> Next:
    """Begin to undo: with the current step where it may have happened, else with the one before."""
    first = saga.current_step if is_unknown else saga.current_step - 1
    return replace(_undo_from(first, saga, definition), step_status=SagaStep.Status.FAILED, error=error)


def is_past_pivot(saga: Saga, definition: Definition) -> bool:
    return saga.current_step > definition.pivot_number


def skipped_back(saga: Saga, definition: Definition) -> Next:
    """Go over the current step's compensation."""
    return replace(_undone(saga, definition), step_status=SagaStep.Status.SKIPPED)


def _undone(saga: Saga, definition: Definition) -> Next:
    return _undo_from(saga.current_step - 1, saga, definition)


def _undo_from(number: int, saga: Saga, definition: Definition) -> Next:
    """To the last step up to this number that may have been done and can be undone; else the saga has ended."""
    rows = {row["step_number"]: row for row in saga.steps}
    while number and not _is_to_undo(definition.step(number), rows[number]):
        number -= 1
    return Next(SagaStep.Status.COMPENSATED, COMPENSATING if number else COMPENSATED, number)


def _is_to_undo(step: Step, row: dict[str, Any]) -> bool:
    was_sent = not step.is_remote or bool(row["target"])
    return step.compensation is not None and was_sent and row["status"] in DONE_OR_UNKNOWN


def _on_and_on(saga: Saga, step: Step, error: str) -> Next:
    """For ever, because the way back is closed; after the step's tries, with an alarm."""
    status = SagaStep.Status.RUNNING if saga.status == STARTED else SagaStep.Status.COMPENSATING
    is_stuck = saga.tries >= step.retry.tries
    return Next(status, saga.status, saga.current_step, error=error, is_stuck=is_stuck, pause=_pause(saga, step))


def _pause(saga: Saga, step: Step) -> float:
    return step.retry.pause(saga.tries)
