from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseError
from django.db import connections

from config.databases import COLLATION, shard_alias
from shards import directory, installed
from shards.exceptions import ShardPlaceTaken
from shards.migrating import migrate, progress
from shards.models import ShardConfig, ShardStats
from shards.services import shard_insert, shard_status_set


class Command(BaseCommand):
    help = (
        "Add a shard while everything runs: register it, make its database, migrate it, check its routines, and let it "
        "take new accounts. Needs SHARD_DATABASE_USER with the right to make a database and tables. Stopped half-way, "
        "it is run again. Example: manage.py add_shard 3 --host db3.internal"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("shard_id", type=int, help="a number that no shard has or had")
        parser.add_argument("--host", required=True, help="as every process of the platform reaches it")
        parser.add_argument("--port", type=int, default=3306)
        parser.add_argument("--database", help="default: finance_shard_<id>")
        parser.add_argument("--name", help="for people; default: the database's")
        parser.add_argument("--max-connections", type=int, default=100)

    def handle(
        self, *, shard_id: int, host: str, port: int, database: str | None, name: str | None, **options: Any
    ) -> None:
        if not settings.SHARD_CREDENTIALS[0]:
            raise CommandError("set SHARD_DATABASE_USER and SHARD_DATABASE_PASSWORD: a row holds no credentials")
        if shard_id < 1:
            raise CommandError("a shard's id is 1 or more")
        database = database or f"finance_shard_{shard_id}"
        self._register(shard_id, name or database, host, port, database, options["max_connections"])
        self._make(shard_alias(shard_id))
        self._activate(shard_id)

    def _register(self, shard_id: int, name: str, host: str, port: int, database: str, max_connections: int) -> None:
        try:
            new = shard_insert(
                shard_id=shard_id, name=name, host=host, port=port, database=database, max_connections=max_connections
            )
        except ShardPlaceTaken as error:
            raise CommandError(f"nothing was changed: {error}") from error
        row = ShardConfig.objects.get(pk=shard_id)
        if not new and row.status != ShardConfig.Status.DISABLED:
            raise CommandError(f"nothing was changed: shard {shard_id} is there already, and {row.status}")
        if ShardStats.objects.filter(pk=shard_id, user_count__gt=0).exists():
            raise CommandError(
                f"nothing was changed: shard {shard_id} has accounts and was disabled; CALL "
                f"fp_update_shard_status({shard_id}, 'active') lets it serve again"
            )
        directory.refresh()
        self.stdout.write(f"[1/4] {database} on {host}:{port}: {'registered' if new else 'was registered'}, disabled")

    def _make(self, alias: str) -> None:
        connection = connections[alias]
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        try:
            with connection._nodb_cursor() as cursor:
                cursor.execute(f"CREATE DATABASE IF NOT EXISTS {name} CHARACTER SET utf8mb4 COLLATE {COLLATION}")
        except DatabaseError as error:
            raise CommandError(f"the shard stays disabled: {error}; mend it and run this again") from error
        self.stdout.write(f"[2/4] database {name}: there")
        with progress() as shown:
            failed = migrate([alias], shown)
        if failed:
            raise CommandError(f"the shard stays disabled: {failed[alias]}; mend it and run this again")
        self.stdout.write("[3/4] migrated")
        if lines := installed.differences(alias):
            raise CommandError("the shard stays disabled, its routines differ from sql/:\n  " + "\n  ".join(lines))

    def _activate(self, shard_id: int) -> None:
        active = shard_status_set(shard_id=shard_id, status=ShardConfig.Status.ACTIVE)
        self.stdout.write(f"[4/4] active; new accounts go to the shards {', '.join(map(str, active))}")
        self.stdout.write("Every process sees it within seconds. `manage.py grants` prints what its users need.")
