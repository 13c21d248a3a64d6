"""What reads the progress of tutorials: what is stored, laid over what is defined."""

from collections import defaultdict
from datetime import datetime
from typing import Any, NamedTuple

from shards.placement import on_account
from tutorial import procedures
from tutorial.definitions import TUTORIALS
from tutorial.procedures import StepRow


class Progress(NamedTuple):
    tutorial_type: str
    version: int
    completed_step: int  # the furthest step; the ones before it need not be done
    is_complete: bool  # every step of this version is done
    updated_at: datetime | None
    steps: list[dict[str, Any]]


def progress(*, account_db_key: int) -> list[Progress]:
    """All tutorials in their order, those that were never begun too."""
    with on_account(account_db_key):
        rows = procedures.tutorial_get_progress(account_db_key=account_db_key, tutorial_type=None)
    by_type: dict[str, list[StepRow]] = defaultdict(list)
    for row in rows:
        by_type[row.tutorial_type].append(row)
    return [progress_of(tutorial_type, by_type[tutorial_type]) for tutorial_type in TUTORIALS]


def progress_of(tutorial_type: str, rows: list[StepRow]) -> Progress:
    """One tutorial from its rows; a row of a step that the tutorial no longer has is not shown."""
    tutorial = TUTORIALS[tutorial_type]
    done = {row.step_id: row for row in rows}
    steps = [
        {
            "step_number": number,
            "step_id": step.step_id,
            "title": step.title,
            "since": step.since,
            "completed_at": done[step.step_id].completed_at if step.step_id in done else None,
            "completed_by": done[step.step_id].completed_by if step.step_id in done else None,
        }
        for number, step in enumerate(tutorial.steps, 1)
    ]
    return Progress(
        tutorial_type=tutorial_type,
        version=tutorial.version,
        completed_step=rows[0].completed_step if rows else 0,
        is_complete=all(step["completed_at"] for step in steps),
        updated_at=rows[0].updated_at if rows else None,
        steps=steps,
    )
