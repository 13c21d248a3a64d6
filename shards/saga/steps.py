"""One try of one step, where it belongs: here with the saga's row, outside of any transaction, or by a command."""

from typing import Any

from shards.exceptions import FenceLost
from shards.points import reach
from shards.saga import commands, procedures
from shards.saga.definitions import OUTSIDE, Action, Data, Definition, Run, Step
from shards.saga.procedures import Saga
from shards.saga.recording import outcome_of, record, record_here, require_no_secrets
from shards.saga.transitions import COMPENSATING, Done
from shards.transactions import in_transaction


def attempt(saga: Saga, defined: Definition) -> Saga | None:
    """Returns the saga when its driver goes on with it."""
    step = defined.step(saga.current_step)
    action = action_of(saga, defined)
    try:
        if step.is_remote:
            _send(saga, step)
            return None
        if step.place is not OUTSIDE:
            return _here(saga, action)
        response = perform(action, run_of(saga))
    except FenceLost:
        raise
    except Exception as error:  # noqa: BLE001  # whatever an action raises is its step's outcome
        return record(saga, outcome_of(error))
    reach("saga.acted")
    return record(saga, Done(response))


def action_of(saga: Saga, defined: Definition) -> Action:
    step = defined.step(saga.current_step)
    action = step.compensation if saga.status == COMPENSATING else step.action
    if action is None:
        raise LookupError(f"{defined} has no compensation for {step.name}")
    return action


def run_of(saga: Saga) -> Run:
    return Run(saga.saga_id, saga.current_step, saga.initiator_id, saga.saga_data, saga.tries)


def perform(action: Action, run: Run) -> Data:
    """What the action answers, as its saga keeps it; an answer that cannot be kept is the step's own trouble."""
    answer: Any = action(run)
    if answer is not None and not isinstance(answer, dict):
        raise TypeError(f"an action answers with a dictionary or None, not with {type(answer).__name__}")
    require_no_secrets(answer or {})
    return answer or {}


@in_transaction
def _here(saga: Saga, action: Action) -> Saga | None:
    response = perform(action, run_of(saga))
    reach("saga.acted")
    return record_here(saga, Done(response), drives=True)


@in_transaction
def _send(saga: Saga, step: Step) -> None:
    """The command with the saga's row: a driver whose claim has gone by sends nothing."""
    target = commands.target_of(saga, step)
    procedures.saga_transition(
        saga_id=saga.saga_id,
        version=saga.version,
        step_status="compensating" if saga.status == COMPENSATING else "running",
        response_data=None,
        error_message="",
        status=saga.status,
        current_step=saga.current_step,
        saga_data=saga.saga_data,
        is_stuck=False,
        wait_ms=round(step.timeout * 1000),
        begins=False,
        target=target,
    )
    commands.send(saga, target)
