"""Records what a step came to: the one way in which a saga's rows change."""

import re
from typing import Any

import structlog

from config.refusals import Refusal
from shards.errorlog import masked
from shards.outbox import wake
from shards.saga import commands, metrics, procedures
from shards.saga.definitions import Data, Definition, definition
from shards.saga.procedures import Saga
from shards.saga.transitions import STARTED, Next, Outcome, Refused, Troubled, after
from shards.scope import current_alias
from shards.transactions import in_transaction

log = structlog.get_logger(__name__)

SAGAS = "saga"  # what drivers are woken for
LONG = 1_000  # characters of an error that are kept
SECRET = re.compile(
    r"(?i)\b([\w-]*(?:password|secret|token|otp|authorization|api[_-]?key))(\W{1,3})(?:bearer )?[^\s,&'\"]+"
)
PASSING = (429, 503)  # refusals that say: not now


def outcome_of(error: Exception) -> Outcome:
    """A refusal is final, unless it says that another try may help; what nobody expected is tried again."""
    if isinstance(error, Refusal) and error.status not in PASSING:
        return Refused(text_of(error))
    return Troubled(text_of(error))


def text_of(error: Exception) -> str:
    """For people; what looks like a secret is masked."""
    name = error.code if isinstance(error, Refusal) else type(error).__name__
    return SECRET.sub(r"\1\2***", f"{name}: {error}")[:LONG]


def require_no_secrets(data: Data) -> None:
    """A saga's data is kept and shown: it names rows, and holds neither secrets nor addresses."""
    if masked(data) != data:
        raise TypeError("a saga's data must not hold secrets, addresses or keys; name the row that has them")


@in_transaction
def record(saga: Saga, outcome: Outcome) -> Saga | None:
    return record_here(saga, outcome, drives=True)


def record_here(saga: Saga, outcome: Outcome, *, drives: bool) -> Saga | None:
    """In the caller's transaction, on the saga's database. Raises FenceLost when it has moved on.

    `drives` says that the caller will try the next step at once, and so begins it here; the saga to go on with comes
    back. Else whoever is woken claims it.
    """
    defined = definition(saga.saga_type, saga.definition_version)
    return move(saga, defined, after(outcome, saga, defined), drives=drives)


def move(saga: Saga, defined: Definition, to: Next, *, drives: bool) -> Saga | None:
    """A next step elsewhere is sent with the same transaction, whoever the caller is."""
    is_entered = to.is_open and (to.current_step, to.status) != (saga.current_step, saga.status)
    moved = saga._replace(
        status=to.status,
        current_step=to.current_step,
        saga_data=saga.saga_data | (to.response or {}),
        steps=_steps_after(saga, to),
    )
    target = _target(moved, defined) if is_entered else ""
    begins = is_entered and (drives or bool(target))
    moved = moved._replace(version=_transition(saga, defined, to, moved, begins, target), tries=int(begins))
    _tell(saga, defined, to)
    if target:
        commands.send(moved, target)
        return None
    if not drives and not to.pause:
        wake.announce(current_alias(), SAGAS)  # for this saga, or for the next one on its resource
    return moved if begins else None


def _target(moved: Saga, defined: Definition) -> str:
    """'' for a step that is not elsewhere, and where choosing fails: that is for the step's own try to tell."""
    step = defined.step(moved.current_step)
    try:
        return commands.target_of(moved, step) if step.is_remote else ""
    except Exception as error:  # noqa: BLE001  # whatever a definition's choice raises
        log.warning("saga_target_unknown", saga_id=str(moved.saga_id), step=step.name, error=text_of(error))
        return ""


def _transition(saga: Saga, defined: Definition, to: Next, moved: Saga, begins: bool, target: str) -> int:
    pause = defined.step(to.current_step).timeout if begins else to.pause
    return procedures.saga_transition(
        saga_id=saga.saga_id,
        version=saga.version,
        step_status=to.step_status,
        response_data=to.response,
        error_message=to.error,
        status=to.status,
        current_step=to.current_step,
        saga_data=moved.saga_data,
        is_stuck=to.is_stuck,
        wait_ms=round(pause * 1000),
        begins=begins,
        target=target,
    ).version


def _steps_after(saga: Saga, to: Next) -> list[dict[str, Any]]:
    found = {step["step_number"]: dict(step) for step in saga.steps}
    if saga.current_step:
        found[saga.current_step]["status"] = to.step_status
    if to.is_open:
        found[to.current_step]["status"] = "running" if to.status == STARTED else "compensating"
    return list(found.values())


def _tell(saga: Saga, defined: Definition, to: Next) -> None:
    """Metrics and log of what is about to be committed; a roll-back counts it twice, which a counter may be."""
    step = defined.step(saga.current_step).name if saga.current_step else ""
    metrics.STEPS.labels(saga.saga_type, step, to.step_status).inc()
    if not to.is_open:
        metrics.ENDED.labels(saga.saga_type, to.status).inc()
    if to.is_stuck:
        log.error("saga_stuck", saga_id=str(saga.saga_id), saga=str(defined), step=step, error=to.error)
    elif to.error:
        log.warning("saga_step_failed", saga_id=str(saga.saga_id), saga=str(defined), step=step, error=to.error)
