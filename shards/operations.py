"""The migration operation that installs a folder of `sql/`."""

from time import monotonic
from typing import Any

from django.db import OperationalError, router
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.utils import CursorWrapper
from django.db.migrations.operations.base import Operation

from shards import installed
from shards.routines import Routine, by_name, folder_digest, in_folder
from shards.scope import Scope

LOCK_WAIT_TIMEOUT = 1205
PATIENCE = 120.0  # seconds that replacing one routine may take on MySQL under load


class InstallRoutines(Operation):
    """Make the database's routines equal to the folder's files: create, replace what differs, drop what has no file.

    Asks the router where the folder's scope may go. With a digest that is not the folder's it does nothing, because a
    later migration will install what the folder holds now. Running it twice changes nothing. Callers of a routine
    that is being replaced never see it missing: MariaDB replaces in one statement, and on MySQL, where DROP and CREATE
    leave a gap of milliseconds, `procedures.call` repeats.
    """

    reduces_to_sql = False
    reversible = True  # nothing to undo: the earlier commit's migration run again installs the earlier text

    def __init__(self, folder: str, *, digest: str) -> None:
        self.folder = folder
        self.digest = digest

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.folder], {"digest": self.digest}

    def state_forwards(self, app_label: str, state: Any) -> None:
        pass

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        connection = schema_editor.connection
        scope = Scope(self.folder.partition("/")[0])
        if self.digest == folder_digest(self.folder) and router.allow_migrate(connection.alias, app_label, scope=scope):
            install(connection, self.folder)

    def database_backwards(self, *args: Any) -> None:
        pass

    def describe(self) -> str:
        return f"Install the routines of sql/{self.folder}"


def install(connection: Any, folder: str) -> list[str]:
    """Bring one folder's routines up to date on one database; returns the names that changed."""
    changed = []
    with connection.cursor() as cursor:
        routines, triggers = installed.comments(cursor), installed.trigger_bodies(cursor)
        for routine in in_folder(folder):
            if not installed.is_current(routine, routines, triggers):
                _replace(cursor, routine, connection.mysql_is_mariadb)
                changed.append(routine.name)
        kept = {routine.name for routine in in_folder(folder)}
        for name, comment in routines.items():
            if comment.startswith(f"{folder} ") and name not in kept:
                cursor.execute(f"DROP {_kind(cursor, name)} IF EXISTS {name}")
                changed.append(name)
        for name in set(triggers) - set(by_name()):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            changed.append(name)
    return changed


def _replace(cursor: CursorWrapper, routine: Routine, is_mariadb: bool) -> None:
    if is_mariadb:
        cursor.execute(routine.statement.replace("CREATE ", "CREATE OR REPLACE ", 1))
        return
    cursor.execute("SET SESSION lock_wait_timeout = 2")  # DROP waits for transactions that have called it
    deadline = monotonic() + PATIENCE
    while True:
        try:
            cursor.execute(f"DROP {routine.kind} IF EXISTS {routine.name}")
            break
        except OperationalError as error:
            if error.args[0] != LOCK_WAIT_TIMEOUT or monotonic() > deadline:
                raise
    cursor.execute(routine.statement)


def _kind(cursor: CursorWrapper, name: str) -> str:
    cursor.execute(
        "SELECT routine_type FROM information_schema.routines WHERE routine_schema = DATABASE() AND routine_name = %s",
        [name],
    )
    return str(cursor.fetchone()[0])
