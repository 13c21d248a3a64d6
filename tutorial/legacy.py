"""What `manage.py import_legacy` makes of tutorials: how far each account came."""

from django.db.models import Model

from shards.legacy.cells import Refused, Row
from shards.legacy.tables import Legacy, Made, Walk, imports
from shards.scope import Scope
from tutorial.definitions import TUTORIALS
from tutorial.models import TutorialProgress


def progress(row: Row, walk: Walk) -> list[Model]:
    tutorial_type, step = row.word("tutorial_type", TUTORIALS), row.integer("completed_step")
    if not 1 <= step <= len(TUTORIALS[tutorial_type].steps):
        raise Refused("completed_step_unknown")
    return [
        TutorialProgress(
            account_db_key=row.owner,
            tutorial_type=tutorial_type,
            completed_step=step,
            created_at=row.time("created_at"),
            updated_at=row.time("updated_at"),
        )
    ]


imports(
    Legacy(
        "table_tutorial_progress", Scope.SHARD, 70, ("account_db_key", "tutorial_type"), progress,
        {TutorialProgress: Made(("account_db_key", "tutorial_type"), ("completed_step",))},
    )
)  # fmt: skip
