from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.transfer.importing import account_import
from shards.backup.manifest import BackupRefused
from shards.exceptions import AccountUnknown, ShardUnavailable
from shards.migrating import progress


class Command(BaseCommand):
    help = (
        "Bring an account's rows from a file of `export_account` to a shard that has none of them; it lives there "
        "then. All rows or none. Example: manage.py import_account 1007.jsonl --shard 3"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--shard", required=True, type=int)

    def handle(self, *, file: Path, shard: int, **options: Any) -> None:
        with progress() as shown:
            task = shown.add_task("comparing the file with its digest", total=1)

            def told(step: str) -> None:
                shown.update(task, description=step)

            try:
                rows = account_import(path=file, shard_id=shard, told=told)
            except (BackupRefused, AccountUnknown, ShardUnavailable, OSError) as error:
                raise CommandError(f"nothing was changed: {error}") from error
            shown.update(task, description="whole", completed=1)
        self.stdout.write(f"{rows:,} rows; the account lives on shard {shard}")
