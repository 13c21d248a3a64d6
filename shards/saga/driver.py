"""Drives sagas: claims one whose time has come, tries its step, records what came of it, and goes on.

1. Claim under the saga's version, which counts the try; commit. Whoever dies after this loses the saga when the step's
   timeout has passed: then somebody else claims it.
2. Try the step where it belongs (`steps.py`).
3. Record the outcome with the version of the claim, and begin the next step with the same transaction. A version that
   has gone by changes nothing: another driver, a reply or an operator was faster, and this one lets go.

Any number of drivers may run side by side. A process drives only the definitions that it knows.
"""

import threading
from functools import partial
from uuid import UUID

import structlog
from django.db import Error

from shards.exceptions import FenceLost, ShardUnavailable
from shards.outbox import wake
from shards.outbox.service import LOOK_SECONDS, serve_databases
from shards.points import reach
from shards.saga import metrics, procedures, steps
from shards.saga.cleanup import cleanup
from shards.saga.definitions import definition, known
from shards.saga.procedures import Saga
from shards.saga.recording import SAGAS, record
from shards.saga.transitions import Troubled
from shards.scope import current_alias, on_alias
from shards.transactions import in_transaction
from shards.walk import attempt, on_each_database

log = structlog.get_logger(__name__)

SILENT = "nothing was heard of its last try"


def drive(alias: str, limit: int | None = None) -> int:
    """Drive what is due on one database; returns how many sagas were claimed when nothing is left, or at the limit."""
    claimed = 0
    with on_alias(alias):
        while claimed != limit and (saga := claim()) is not None:
            claimed += 1
            _run(saga)
    return claimed


def drive_one(alias: str, saga_id: UUID) -> None:
    """Drive this saga as far as it goes now, for a caller who waits for it; what is not due is left alone."""
    with on_alias(alias):
        saga = claim(saga_id)
        if saga is not None:
            _run(saga)


def drive_all() -> dict[str, int | str]:
    """database -> sagas that were driven, or why not."""
    return on_each_database(lambda: drive(current_alias()), "saga.drive")


def observe_all() -> dict[str, int | str]:
    """database -> sagas that are open, or why they could not be counted."""
    return on_each_database(lambda: metrics.observe(current_alias()), "saga.observe")


def cleanup_all() -> dict[str, int | str]:
    """database -> rows deleted, or why not."""
    return on_each_database(lambda: cleanup(current_alias()), "saga.cleanup")


def drive_until(stop: threading.Event) -> None:
    """For a long-running process: a thread for each database, which drives what is due and waits for word of more."""

    def work(alias: str) -> None:
        attempt(partial(drive, alias), alias, "drive")

    def wait(alias: str) -> None:
        wake.wait(alias, LOOK_SECONDS, SAGAS)

    serve_databases(stop, lambda alias: (partial(work, alias), partial(wait, alias)))


@in_transaction
def claim(saga_id: UUID | None = None) -> Saga | None:
    return procedures.saga_claim(known=known(), saga_id=saga_id)


def _run(saga: Saga) -> None:
    """One step after the other, until the saga waits for something or has ended.

    What nobody thought of is this saga's affair alone: it comes again when its lease has ended.
    """
    reach("saga.claimed")
    going: Saga | None = saga
    try:
        while going is not None:
            going = _try(going)
            reach("saga.recorded")
    except FenceLost:
        metrics.FENCED.labels(current_alias()).inc()
        log.warning("saga_fence_lost", saga_id=str(saga.saga_id), saga_type=saga.saga_type)
    except (Error, ShardUnavailable):
        raise
    except Exception:
        metrics.FAILED.labels(current_alias()).inc()
        log.exception("saga_not_driven", saga_id=str(saga.saga_id), saga_type=saga.saga_type)


def _try(saga: Saga) -> Saga | None:
    """One try of the current step; returns the saga when this driver goes on with it."""
    defined = definition(saga.saga_type, saga.definition_version)
    if saga.tries > defined.step(saga.current_step).retry.tries and _may_give_up(saga):
        return record(saga, Troubled(SILENT))
    return steps.attempt(saga, defined)


def _may_give_up(saga: Saga) -> bool:
    """Its last try counted, too, when whoever made it died: a step that kills its process ends all the same."""
    defined = definition(saga.saga_type, saga.definition_version)
    return saga.status == "started" and saga.current_step <= defined.pivot_number
