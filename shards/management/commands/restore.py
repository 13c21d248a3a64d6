from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseError
from django.db import connections
from MySQLdb import Error as DriverError

from config.databases import GLOBAL
from shards import directory
from shards.backup.manifest import BackupRefused
from shards.backup.restoring import restore
from shards.migrating import progress


class Command(BaseCommand):
    help = (
        "Bring one database back from a backup: its files are compared with their manifest before, its rows counted "
        "after, then it is migrated. A shard must be disabled. Example: "
        "manage.py restore shard_2 --from /backups/monday"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("database", help="default, shard_1, ...")
        parser.add_argument("--from", required=True, type=Path, dest="folder", help="what `backup --out` was given")
        parser.add_argument("--replace", metavar="NAME", help="the database's name: drop it if it is not empty")

    def handle(self, *, database: str, folder: Path, replace: str | None, **options: Any) -> None:
        if database != GLOBAL:  # which may be what is lost
            directory.refresh()
        if database not in connections.settings:
            raise CommandError(f"no such database: {database}")
        name = str(connections.settings[database]["NAME"])
        if replace not in (None, name):
            raise CommandError(f"nothing was changed: this database is {name}, not {replace}")
        with progress() as shown:
            task = shown.add_task(f"{database}: comparing files", total=1)

            def told(step: str) -> None:
                shown.update(task, description=f"{database}: {step}")

            try:
                made = restore(database, folder / database, told, replace=replace is not None)
            except BackupRefused as error:
                raise CommandError(f"nothing was changed: {error}") from error
            except (RuntimeError, DatabaseError, DriverError, OSError) as error:
                raise CommandError(f"{database} is not whole: {error}; mend it and run this again") from error
            shown.update(task, description=f"{database}: restored", completed=1)
        self.stdout.write(
            f"{database}: {made.rows:,} rows as of {made.snapshot_at:%Y-%m-%d %H:%M:%S} UTC; now manage.py reconcile"
        )
