"""The sagas' routines, each with its types (`sql/every/shards`). They run on the database of `scope.current_alias`."""

from typing import Any, NamedTuple
from uuid import UUID

from shards.procedures import call, call_one


class Started(NamedTuple):
    saga_id: UUID
    status: str
    is_new: bool


class Saga(NamedTuple):
    saga_id: UUID
    saga_type: str
    definition_version: int
    initiator_id: str
    version: int
    status: str
    current_step: int
    tries: int  # of the current step, in the current direction
    saga_data: dict[str, Any]
    steps: list[dict[str, Any]]  # {step_number, status, target}, in no order


class Moved(NamedTuple):
    version: int


class Handled(NamedTuple):
    state: str
    response_data: dict[str, Any] | None
    error_message: str


def saga_start(
    *,
    saga_id: UUID,
    saga_type: str,
    definition_version: int,
    idempotency_key: str,
    initiator_id: str,
    resource: str,
    is_patient: bool,
    saga_data: dict[str, Any],
    steps: list[dict[str, Any]],
    wait_ms: int,
) -> Started:
    return call_one(
        "fp_saga_start",
        Started,
        saga_id=saga_id,
        saga_type=saga_type,
        definition_version=definition_version,
        idempotency_key=idempotency_key,
        initiator_id=initiator_id,
        resource=resource,
        is_patient=is_patient,
        saga_data=saga_data,
        steps=steps,
        wait_ms=wait_ms,
    )


def saga_claim(*, known: list[str], saga_id: UUID | None) -> Saga | None:
    rows = call("fp_saga_claim", Saga, known=known, saga_id=saga_id)
    return rows[0] if rows else None


def saga_read(*, saga_id: UUID) -> Saga | None:
    rows = call("fp_saga_read", Saga, saga_id=saga_id)
    return rows[0] if rows else None


def saga_transition(
    *,
    saga_id: UUID,
    version: int,
    step_status: str,
    response_data: dict[str, Any] | None,
    error_message: str,
    status: str,
    current_step: int,
    saga_data: dict[str, Any],
    is_stuck: bool,
    wait_ms: int,
    begins: bool,
    target: str,
) -> Moved:
    return call_one(
        "fp_saga_transition",
        Moved,
        saga_id=saga_id,
        version=version,
        step_status=step_status,
        response_data=response_data,
        error_message=error_message,
        status=status,
        current_step=current_step,
        saga_data=saga_data,
        is_stuck=is_stuck,
        wait_ms=wait_ms,
        begins=begins,
        target=target,
    )


def saga_operation_insert(*, saga_id: UUID, operation: str, operator: str, reason: str) -> None:
    call("fp_saga_operation_insert", saga_id=saga_id, operation=operation, operator=operator, reason=reason)


def saga_inbox_open(*, saga_id: UUID, step_number: int) -> Handled:
    return call_one("fp_saga_inbox_open", Handled, saga_id=saga_id, step_number=step_number)


def saga_inbox_close(
    *, saga_id: UUID, step_number: int, state: str, response_data: dict[str, Any] | None, error_message: str
) -> None:
    call(
        "fp_saga_inbox_close",
        saga_id=saga_id,
        step_number=step_number,
        state=state,
        response_data=response_data,
        error_message=error_message,
    )


def saga_cleanup(*, keep_seconds: int, keep_inbox_seconds: int, limit: int) -> int:
    """How many rows were deleted."""
    ((deleted,),) = call(
        "fp_saga_cleanup", keep_seconds=keep_seconds, keep_inbox_seconds=keep_inbox_seconds, limit=limit
    )
    return int(deleted)
