"""What a database really runs, beside what `sql/` says it should."""

from django.db import connections
from django.db.backends.utils import CursorWrapper

from shards.routines import Routine, expected_on, one_line

INSTALLED = "SELECT routine_name, routine_comment FROM information_schema.routines WHERE routine_schema = DATABASE()"
TRIGGERS = "SELECT trigger_name, action_statement FROM information_schema.triggers WHERE trigger_schema = DATABASE()"


def comments(cursor: CursorWrapper) -> dict[str, str]:
    """Routine name -> COMMENT, which names the folder and the digest of the text."""
    cursor.execute(INSTALLED)
    return dict(cursor.fetchall())


def trigger_bodies(cursor: CursorWrapper) -> dict[str, str]:
    """Trigger name -> body on one line; only a user with the TRIGGER privilege sees any."""
    cursor.execute(TRIGGERS)
    return {name: one_line(body) for name, body in cursor.fetchall()}


def is_current(routine: Routine, routines: dict[str, str], triggers: dict[str, str]) -> bool:
    if routine.kind == "TRIGGER":
        return triggers.get(routine.name) == routine.body
    return routines.get(routine.name) == routine.comment


def differences(alias: str) -> list[str]:
    """One line for each routine that is missing, different or unknown on this database; [] when all is well."""
    with connections[alias].cursor() as cursor:
        routines, triggers = comments(cursor), trigger_bodies(cursor)
    expected = expected_on(alias)
    lines = []
    for routine in expected:
        here = triggers if routine.kind == "TRIGGER" else routines
        if routine.name not in here:
            lines.append(f"{routine.kind.lower()} {routine.name} is missing")
        elif not is_current(routine, routines, triggers):
            lines.append(f"{routine.kind.lower()} {routine.name} differs from sql/{routine.folder}/{routine.name}.sql")
    strangers = (set(routines) | set(triggers)) - {routine.name for routine in expected}
    return lines + [f"{name} has no file in sql/" for name in sorted(strangers)]
