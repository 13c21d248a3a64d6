from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from shards import directory, installed


class Command(BaseCommand):
    help = (
        "Compare the stored routines and triggers of every database with sql/; exit status 1 when any differs. "
        "Triggers are seen by users with the TRIGGER privilege only. Example: manage.py checkroutines"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        directory.refresh()
        found = {alias: installed.differences(alias) for alias in sorted(connections.settings)}
        for alias, lines in found.items():
            self.stdout.write(f"{alias}: {'as in sql/' if not lines else ''}")
            for line in lines:
                self.stdout.write(f"  {line}")
        if any(found.values()):
            raise CommandError("some routines differ; run manage.py migrate_all")
