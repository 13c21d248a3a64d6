from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseError
from django.db import connections
from rich.console import Console

from shards import directory, schema


class Command(BaseCommand):
    help = (
        "Compare every database with the models and sql/: tables, columns, indexes, constraints, routines and "
        "triggers. Names each difference; exit status 1 when there is any. Makes and drops a database beside each "
        "one, so run it as the user who migrates. Example: manage.py schema_diff --database shard_1"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--database", action="append", help="an alias such as shard_1; may be repeated; all if left out"
        )

    def handle(self, *, database: list[str] | None, **options: Any) -> None:
        directory.refresh()
        known = sorted(connections.settings)
        if unknown := set(database or []) - set(known):
            raise CommandError(f"no database {', '.join(sorted(unknown))}; there are {', '.join(known)}")
        found = {alias: self._differences(alias) for alias in database or known}
        if any(found.values()):
            raise CommandError("some databases differ; manage.py migrate_all makes what is missing")

    def _differences(self, alias: str) -> list[str]:
        with Console(stderr=True).status(f"{alias}: comparing"):
            try:
                lines = schema.differences(alias)
            except DatabaseError as error:
                lines = [f"cannot be compared: {error}"]
        self.stdout.write(f"{alias}: {'as in the models and sql/' if not lines else f'{len(lines)} differences'}")
        for line in lines:
            self.stdout.write(f"  {line}")
        return lines
