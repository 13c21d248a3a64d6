from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseError
from django.db import connections
from MySQLdb import Error as DriverError

from shards import directory
from shards.backup.dumping import dump
from shards.backup.manifest import BackupRefused
from shards.migrating import progress


class Command(BaseCommand):
    help = (
        "Write each database as it is at one moment, while everything runs, into a folder DIR/<alias>; what is written "
        "holds personal data. Exit status 1 when one failed. Example: manage.py backup --out /backups/monday"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", required=True, type=Path, help="the folder to make or to add to")
        parser.add_argument(
            "--database", action="append", help="default, shard_1, ...; may be repeated; every one if none is named"
        )

    def handle(self, *, out: Path, database: list[str] | None, **options: Any) -> None:
        directory.refresh()
        if unknown := set(database or ()) - set(connections.settings):
            raise CommandError(f"no such database: {', '.join(sorted(unknown))}")
        failed = []
        with progress() as shown:
            for alias in database or sorted(connections.settings):
                task = shown.add_task(f"{alias}: reading", total=1)

                def told(step: str, alias: str = alias, task: Any = task) -> None:
                    shown.update(task, description=f"{alias}: {step}")

                try:
                    made = dump(alias, out / alias, told)
                except (BackupRefused, DatabaseError, DriverError, OSError) as error:
                    failed.append(f"{alias}: {error}")
                    shown.update(task, description=f"{alias}: FAILED", completed=1)
                    continue
                words = f"{len(made.tables)} tables, {made.rows:,} rows as of {made.snapshot_at:%Y-%m-%d %H:%M:%S} UTC"
                shown.update(task, description=f"{alias}: {words}", completed=1)
                self.stdout.write(f"{alias}: {words}, in {out / alias}")
        if failed:
            raise CommandError("\n".join(failed))
