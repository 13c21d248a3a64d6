from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.databases import shard_id_of
from shards.rendering import SCRIPTS, Database, render

HELP = """\
Write the document's seven scripts, for a DBA who has the mysql or mariadb client and no Python.

All databases on one server:
  manage.py render_scripts --out scripts --shards 1,2
Databases on servers of their own: a folder for each, with the seven scripts for that database alone:
  manage.py render_scripts --out scripts --shards 1,2 --each

Run them in the order in which they are listed; the first one only goes on when it is told what it drops:
  mysql --comments --init-command="SET @recreate = 'finance_global finance_shard_1 finance_shard_2'" \\
        < scripts/drop_all_tables_and_recreate.sql
  mysql --comments < scripts/create_universal_outbox.sql
"""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, *args: Any, **options: Any) -> CommandParser:
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **options)

    def add_arguments(self, parser: CommandParser) -> None:
        known = sorted(n for alias in settings.ENVIRONMENT_ALIASES if (n := shard_id_of(alias)) is not None)
        parser.add_argument("--out", required=True, type=Path, help="folder to write to; made if it is missing")
        parser.add_argument(
            "--shards", default=",".join(map(str, known)), help="ids of the shards; those of the environment by default"
        )
        parser.add_argument("--prefix", default="finance", help="of the databases' names: finance makes finance_global")
        parser.add_argument("--each", action="store_true", help="a folder for each database")

    def handle(self, *, out: Path, shards: str, prefix: str, each: bool, **options: Any) -> None:
        databases = Database.all(_checked_name(prefix), _shard_ids(shards))
        folders = {out / database.name: [database] for database in databases} if each else {out: databases}
        for folder, contents in folders.items():
            folder.mkdir(parents=True, exist_ok=True)
            for script in SCRIPTS:
                (folder / script).write_text(render(script, contents))
                self.stdout.write(str(folder / script))


def _shard_ids(text: str) -> list[int]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not all(part.isdecimal() and int(part) > 0 for part in parts):
        raise CommandError(f"--shards {text}: must be positive numbers such as 1,2")
    return sorted({int(part) for part in parts})


def _checked_name(prefix: str) -> str:
    if not prefix.isidentifier() or not prefix.isascii():
        raise CommandError(f"--prefix {prefix}: only letters, digits and underscores")
    return prefix
