"""What people see of sagas: lists, and one saga's timeline."""

from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from shards.saga.definitions import known
from shards.saga.exceptions import SagaUnknown
from shards.saga.models import SagaInstance, SagaOperation, SagaStep


class Timeline(NamedTuple):
    saga: SagaInstance
    steps: list[SagaStep]
    operations: list[SagaOperation]


def sagas(*, status: str = "", saga_type: str = "", is_stuck: bool = False, limit: int) -> list[SagaInstance]:
    """The newest of the database of this work; all that are open when no status is asked for."""
    found: QuerySet[SagaInstance] = SagaInstance.objects.filter(status__in=[status] if status else SagaInstance.OPEN)
    if saga_type:
        found = found.filter(saga_type=saga_type)
    if is_stuck:
        found = found.filter(is_stuck=True)
    return list(found.prefetch_related("steps").order_by("-created_at")[:limit])


def timeline(saga_id: UUID) -> Timeline:
    """Raises SagaUnknown."""
    saga = SagaInstance.objects.filter(pk=saga_id).first()
    if saga is None:
        raise SagaUnknown
    return Timeline(saga, list(saga.steps.order_by("step_number")), list(saga.operations.order_by("pk")))


def state_of(saga: SagaInstance) -> str:
    """The status, or what an operator has to know beyond it."""
    if saga.is_stuck:
        return "stuck"
    if saga.due_at is not None and f"{saga.saga_type}/{saga.definition_version}" not in known():
        return "definition unknown"
    return saga.status


def waits_for(saga: SagaInstance) -> str:
    """In a few words, what an open saga waits for."""
    if saga.status == SagaInstance.Status.WAITING:
        return f"its turn on {saga.resource}"
    if saga.due_at is None:
        return ""
    seconds = (saga.due_at - timezone.now()).total_seconds()
    return "a driver" if seconds <= 0 else f"an answer; tried again in {seconds:.0f} s"


def step_name(saga: SagaInstance) -> str:
    """Of the current step, from prefetched rows."""
    named = {step.step_number: step.step_name for step in saga.steps.all()}
    return f"{saga.current_step} of {saga.total_steps}: {named[saga.current_step]}" if saga.current_step else ""
