"""What changes the progress of tutorials."""

from shards.transactions import in_account_transaction
from tutorial import procedures
from tutorial.definitions import TUTORIALS
from tutorial.exceptions import TutorialUnknown
from tutorial.models import TutorialStep
from tutorial.selectors import Progress, progress_of

_complete = in_account_transaction(procedures.tutorial_complete_step)


def step_complete(
    *,
    account_db_key: int,
    tutorial_type: str,
    step_number: int,
    completed_by: str = TutorialStep.CompletedBy.USER,
) -> Progress:
    """Mark a step done, again changes nothing; raises TutorialUnknown, TutorialStepUnknown."""
    tutorial = TUTORIALS.get(tutorial_type)
    if tutorial is None:
        raise TutorialUnknown
    rows = _complete(
        account_db_key=account_db_key,
        tutorial_type=tutorial_type,
        step_number=step_number,
        step_ids=tutorial.step_ids,
        completed_by=completed_by,
    )
    return progress_of(tutorial_type, rows)
