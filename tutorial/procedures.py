"""The tutorial app's routines, each with its types (`sql/shard/tutorial`)."""

from datetime import datetime
from typing import NamedTuple

from shards.procedures import call


class StepRow(NamedTuple):
    """One step that was done, beside the progress of its tutorial."""

    tutorial_type: str
    completed_step: int
    updated_at: datetime
    step_id: str
    completed_by: str
    completed_at: datetime


class FunnelRow(NamedTuple):
    tutorial_type: str
    step_id: str
    bucket: int
    accounts: int


def tutorial_complete_step(
    *, account_db_key: int, tutorial_type: str, step_number: int, step_ids: list[str], completed_by: str
) -> list[StepRow]:
    return call(
        "fp_tutorial_complete_step",
        StepRow,
        account_db_key=account_db_key,
        tutorial_type=tutorial_type,
        step_number=step_number,
        step_ids=step_ids,
        completed_by=completed_by,
    )


def tutorial_get_progress(*, account_db_key: int, tutorial_type: str | None) -> list[StepRow]:
    return call("fp_tutorial_get_progress", StepRow, account_db_key=account_db_key, tutorial_type=tutorial_type)


def tutorial_funnel() -> list[FunnelRow]:
    return call("fp_tutorial_funnel", FunnelRow)
