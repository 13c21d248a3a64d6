from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.transfer.exporting import account_export
from shards.backup.manifest import BackupRefused
from shards.exceptions import AccountUnknown, ShardUnavailable
from shards.migrating import progress


class Command(BaseCommand):
    help = (
        "Write what an account's shard has of it as JSON lines; the file holds personal data. Example: "
        "manage.py export_account 1007 --out 1007.jsonl --hold"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("account_db_key", type=int)
        parser.add_argument("--out", required=True, type=Path, help="a file that is not there yet")
        parser.add_argument(
            "--hold", action="store_true", help="let nobody write for it from now on, because it is going to move"
        )

    def handle(self, *, account_db_key: int, out: Path, hold: bool, **options: Any) -> None:
        with progress() as shown:
            task = shown.add_task("", total=1)

            def told(step: str) -> None:
                shown.update(task, description=step)

            try:
                rows = account_export(account_db_key=account_db_key, path=out, hold=hold, told=told)
            except (BackupRefused, AccountUnknown, ShardUnavailable) as error:
                raise CommandError(f"nothing was written: {error}") from error
            shown.update(task, description="whole", completed=1)
        self.stdout.write(f"account {account_db_key}: {rows:,} rows in {out}")
