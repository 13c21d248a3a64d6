from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from config.databases import GLOBAL
from shards import directory
from shards.migrating import migrate, progress


class Command(BaseCommand):
    help = "Migrate every database: the global one first, then all shards side by side. Example: manage.py migrate_all"

    def handle(self, *args: Any, **options: Any) -> None:
        with progress() as shown:
            failed = migrate([GLOBAL], shown)
            if not failed:
                directory.refresh()  # shards that only table_shard_config knows
                failed = migrate(sorted(set(connections.settings) - {GLOBAL}), shown)
        if failed:
            raise CommandError("\n".join(f"{alias}: {text}" for alias, text in failed.items()))
