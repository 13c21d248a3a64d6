"""Starting sagas, and what operators do with those that need help."""

from typing import NamedTuple
from uuid import UUID

from shards.fields import new_public_id
from shards.outbox import wake
from shards.saga import procedures
from shards.saga.definitions import Data, Definition, definition, newest
from shards.saga.exceptions import SagaOperationRefused, SagaUnknown
from shards.saga.models import SagaInstance, SagaOperation, SagaStep
from shards.saga.procedures import Saga, Started
from shards.saga.recording import SAGAS, move, require_no_secrets
from shards.saga.transitions import COMPENSATED, COMPENSATING, STARTED, Next, back, forth, is_past_pivot, skipped_back
from shards.scope import current_alias
from shards.transactions import in_transaction

RETRY, SKIP, ABORT = SagaOperation.Operation.values
LONGEST_REASON = 500
DRIVEN_WITHIN_MS = 2_000  # a caller who drives it himself has begun by then, or is dead


class Operator(NamedTuple):
    name: str  # an account id, or the user of the command line
    reason: str


def saga_start(
    saga_type: str,
    *,
    idempotency_key: str,
    initiator_id: str | int,
    data: Data,
    resource: str = "",
    is_driven: bool = False,
) -> Started:
    """Start a saga of the newest version in the caller's transaction, on its database; once per idempotency key.

    Nothing runs before the commit. Then a driver is woken, unless `is_driven`: the caller calls `driver.drive_one` and
    waits for what comes of it. `data` is JSON without secrets. No two sagas hold one `resource` at a time: by its
    definition this one waits for its turn, or the start raises SagaResourceBusy. The resource is this database's: sagas
    on one thing start on one database.
    """
    defined = newest(saga_type)
    require_no_secrets(data)
    if not is_driven:
        wake.announce(current_alias(), SAGAS)
    return procedures.saga_start(
        saga_id=new_public_id(),
        saga_type=saga_type,
        definition_version=defined.version,
        idempotency_key=idempotency_key,
        initiator_id=str(initiator_id),
        resource=resource,
        is_patient=defined.waits,
        saga_data=data,
        steps=[{"step_name": step.name, "timeout_ms": round(step.timeout * 1000)} for step in defined.steps],
        wait_ms=DRIVEN_WITHIN_MS if is_driven else 0,
    )


@in_transaction
def saga_retry(saga_id: UUID, by: Operator) -> None:
    """Try the current step now, and count its tries anew."""
    saga, defined = _open_saga(saga_id, RETRY, by)
    _require(saga.status != SagaInstance.Status.WAITING, "It waits for its resource; there is nothing to try.")
    status = SagaStep.Status.COMPENSATING if saga.status == COMPENSATING else SagaStep.Status.RUNNING
    move(saga, defined, Next(status, saga.status, saga.current_step), drives=False)


@in_transaction
def saga_skip(saga_id: UUID, by: Operator) -> None:
    """Take the current step as done (or as undone), and go on: for what an operator has put right by hand."""
    saga, defined = _open_saga(saga_id, SKIP, by)
    _require(saga.status != SagaInstance.Status.WAITING, "It waits for its resource; there is nothing to skip.")
    to = skipped_back(saga, defined) if saga.status == COMPENSATING else forth(saga, defined, None, is_skipped=True)
    move(saga, defined, to, drives=False)


@in_transaction
def saga_abort(saga_id: UUID, by: Operator) -> str:
    """Before the pivot undo what was done, else end it where it stands; returns the status it has now."""
    saga, defined = _open_saga(saga_id, ABORT, by)
    to = _aborted(saga, defined, f"aborted by {by.name}: {by.reason}")
    move(saga, defined, to, drives=False)
    return to.status


def _aborted(saga: Saga, defined: Definition, why: str) -> Next:
    if saga.status == SagaInstance.Status.WAITING:
        return Next("", COMPENSATED, 0, error=why)
    if saga.status == STARTED and not is_past_pivot(saga, defined):
        return back(saga, defined, why, is_unknown=saga.tries > 0 and defined.step(saga.current_step).may_be_unknown)
    return Next(SagaStep.Status.FAILED, SagaInstance.Status.FAILED, saga.current_step, error=why)


def _open_saga(saga_id: UUID, operation: str, by: Operator) -> tuple[Saga, Definition]:
    """Locked, with the operation on record; all of it goes when this transaction does."""
    reason = by.reason.strip()
    _require(0 < len(reason) <= LONGEST_REASON, f"A reason is needed, of at most {LONGEST_REASON} characters.")
    saga = procedures.saga_read(saga_id=saga_id)
    if saga is None:
        raise SagaUnknown
    _require(saga.status in SagaInstance.OPEN, f"It has ended: {saga.status}.")
    procedures.saga_operation_insert(saga_id=saga_id, operation=operation, operator=by.name, reason=reason)
    return saga, _definition(saga)


def _definition(saga: Saga) -> Definition:
    try:
        return definition(saga.saga_type, saga.definition_version)
    except LookupError as error:
        raise SagaOperationRefused(str(error)) from error


def _require(is_so: bool, why: str) -> None:
    if not is_so:
        raise SagaOperationRefused(why)
