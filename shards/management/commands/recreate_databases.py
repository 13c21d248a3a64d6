from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseError
from django.db import connections

from config.databases import COLLATION, GLOBAL, shard_alias
from config.env import APP_ENV
from config.redis import sessions as redis
from shards import directory
from shards.models import ShardConfig


class Command(BaseCommand):
    help = (
        "For development: drop every database of the platform, make it anew, migrate and seed. Everything is lost, and "
        "what Redis holds, too. Asks for the names of the databases. Example without a question: "
        'manage.py recreate_databases --names "finance_global finance_shard_1 finance_shard_2"'
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--names", help="the databases that will be dropped, all of them, in any order")

    def handle(self, *, names: str | None, **options: Any) -> None:
        if APP_ENV != "development":
            raise CommandError(f"recreate_databases is for development; APP_ENV is {APP_ENV}")
        registered = _registered_shards()
        databases = {alias: connections.settings[alias]["NAME"] for alias in sorted(connections.settings)}
        self._require_names(list(databases.values()), names)
        _require_answers(databases)
        for number, (alias, name) in enumerate(databases.items(), start=1):
            _recreate(alias)
            self.stdout.write(f"[{number}/{len(databases)}] {name}: dropped and made anew")
        redis().flushdb()  # keys begin at 1000 again: no session of today may be a new account's
        cache.clear()
        self.stdout.write("Redis: emptied")
        call_command("migrate", database=GLOBAL, verbosity=0, interactive=False)
        ShardConfig.objects.bulk_create(registered)
        call_command("migrate_all")
        call_command("seed", stdout=self.stdout)
        self.stdout.write("Done. Restart what was running; `manage.py demo` brings the demo's users back.")

    def _require_names(self, expected: list[str], names: str | None) -> None:
        if names is None:
            self.stdout.write("This drops, with everything in them:\n  " + "\n  ".join(expected))
            try:
                names = input("Type their names to go on: ")
            except EOFError:
                names = ""
        if sorted(names.split()) != sorted(expected):
            raise CommandError(f"nothing was dropped: the databases are {' '.join(expected)}")


def _registered_shards() -> list[ShardConfig]:
    """The rows of shards that no variable names, to be kept; none where there is no such table yet."""
    try:
        directory.refresh()
        rows = list(ShardConfig.objects.all())
    except DatabaseError:
        return []
    return [row for row in rows if shard_alias(row.shard_id) not in settings.ENVIRONMENT_ALIASES]


def _require_answers(aliases: Iterable[str]) -> None:
    """Before the first database goes, so that none is dropped while another cannot be."""
    for alias in aliases:
        try:
            with connections[alias]._nodb_cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError as error:
            raise CommandError(f"nothing was dropped: the server of {alias} does not answer: {error}") from error


def _recreate(alias: str) -> None:
    connection = connections[alias]
    connection.close()
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    with connection._nodb_cursor() as cursor:  # a connection of its own: foreign keys are lifted for it alone
        cursor.execute("SET SESSION foreign_key_checks = 0")
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE {COLLATION}")
