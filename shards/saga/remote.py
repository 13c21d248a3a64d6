"""What a database does for sagas of other databases, and what it hears back: the consumer `saga`."""

from typing import Any
from uuid import UUID

from shards.outbox.registry import Event, consumes
from shards.points import reach
from shards.saga import commands, procedures
from shards.saga.definitions import Action, Run, definition
from shards.saga.models import SagaInbox
from shards.saga.procedures import Handled, Saga
from shards.saga.recording import outcome_of, record_here
from shards.saga.steps import perform
from shards.saga.transitions import COMPENSATING, STARTED, Done, Outcome, Refused, Troubled
from shards.scope import on_alias
from shards.transactions import in_transaction

NEW, DONE, REFUSED, UNDONE = SagaInbox.State.values

Command = dict[str, Any]  # the event_data of saga.command; Answer is that of saga.reply
Answer = dict[str, Any]


@consumes("saga", "saga.command")
def obey(event: Event) -> None:
    """Do a step here, once. Raises while this database cannot be reached, or where the definition is not known."""
    command: Command = event.event_data
    step = definition(command["saga_type"], command["definition_version"]).step(command["step_number"])
    with on_alias(command["target"]):
        try:
            if command["is_compensation"]:
                _undo(command, step.compensation)
            else:
                _do(command, step.action)
        except Exception as error:  # noqa: BLE001  # whatever an action raises is its step's outcome
            _answer(command, outcome_of(error))
        reach("saga.obeyed")


@consumes("saga", "saga.reply")
def hear(event: Event) -> None:
    """Take a saga on by what another database did; a reply that nobody waits for any more changes nothing."""
    answer: Answer = event.event_data
    with on_alias(answer["home"]):
        _hear(answer)
        reach("saga.heard")


@in_transaction
def _do(command: Command, action: Action) -> None:
    """Effect, inbox row and reply commit together; a repetition is told what was done then."""
    handled = _open(command)
    if handled.state != NEW:
        _repeat(command, handled)
        return
    response = perform(action, _run(command, handled))
    _close(command, DONE, handled._replace(response_data=response))
    reach("saga.done")
    commands.reply(command, "done", response)


@in_transaction
def _undo(command: Command, compensation: Action | None) -> None:
    """Undo what was done here, and see to it that an action that comes later does nothing."""
    handled = _open(command)
    if handled.state == DONE and compensation is not None:
        perform(compensation, _run(command, handled))
    _close(command, UNDONE, handled)
    reach("saga.undone")
    commands.reply(command, "done")


@in_transaction
def _answer(command: Command, outcome: Outcome) -> None:
    """For what did not happen: a refusal is kept and stays one; trouble leaves nothing here, and may pass."""
    if isinstance(outcome, Troubled) or command["is_compensation"]:
        commands.reply(command, "troubled", error=outcome.error)  # type: ignore[union-attr]  # never Done
        return
    handled = _open(command)
    if handled.state == NEW and isinstance(outcome, Refused):
        handled = Handled(REFUSED, None, outcome.error)
        _close(command, REFUSED, handled)
    _repeat(command, handled)


def _repeat(command: Command, handled: Handled) -> None:
    if handled.state == DONE:
        commands.reply(command, "done", handled.response_data)
    else:  # refused, or undone: an action that comes after its compensation
        commands.reply(command, "refused", error=handled.error_message)


@in_transaction
def _hear(answer: Answer) -> None:
    saga = procedures.saga_read(saga_id=UUID(answer["saga_id"]))
    if saga is not None and _is_awaited(saga, answer):
        record_here(saga, _outcome(answer), drives=False)


def _is_awaited(saga: Saga, answer: Answer) -> bool:
    """What was done or refused stays so, whichever try asked for it; trouble is about the try that had it."""
    status = COMPENSATING if answer["is_compensation"] else STARTED
    is_current = (saga.current_step, saga.status) == (answer["step_number"], status)
    return is_current and (answer["outcome"] != "troubled" or answer["tries"] == saga.tries)


def _outcome(answer: Answer) -> Outcome:
    if answer["outcome"] == "done":
        return Done(answer["response"] or {})
    return Refused(answer["error"]) if answer["outcome"] == "refused" else Troubled(answer["error"])


def _open(command: Command) -> Handled:
    return procedures.saga_inbox_open(saga_id=UUID(command["saga_id"]), step_number=command["step_number"])


def _close(command: Command, state: str, handled: Handled) -> None:
    procedures.saga_inbox_close(
        saga_id=UUID(command["saga_id"]),
        step_number=command["step_number"],
        state=state,
        response_data=handled.response_data,
        error_message=handled.error_message,
    )


def _run(command: Command, handled: Handled) -> Run:
    """A compensation sees what its action answered, also when that reply came too late for the saga."""
    return Run(
        saga_id=UUID(command["saga_id"]),
        step_number=command["step_number"],
        initiator_id=command["initiator_id"],
        data=command["data"] | (handled.response_data or {}),
        tries=command["tries"],
    )
