"""`manage.py rotate_api_key_encryption`: every encrypted value gets the first key of the ring; safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from accounts import keyring, sealed
from shards.exceptions import ShardUnavailable


class Command(BaseCommand):
    help = (
        "Encrypt every stored API key, and every other encrypted column on every database, anew with the first key of "
        "ENCRYPTION_KEYS, while the site runs. Example: manage.py rotate_api_key_encryption"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        current = keyring.current_key_id()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            try:
                before = sealed.values_by_key()
                task = bar.add_task("values", total=before.total() - before[current])
                rotated = sealed.rotate(lambda values: bar.advance(task, values))
                after = sealed.values_by_key()
            except keyring.Unreadable as error:
                raise CommandError(f"{error}: put its key back into ENCRYPTION_KEYS, or have it saved again") from error
            except ShardUnavailable as error:
                raise CommandError(f"shard {error.shard_id} cannot be reached: repeat this when it is back") from error
        self.stdout.write(f"{rotated} values rotated")
        for key_id, count in after.items():
            self.stdout.write(f"key {key_id}: {count} values")
        if set(after) - {current}:
            raise CommandError(
                "values of another key are left: saved meanwhile by a process that has the old settings?"
            )
        self.stdout.write(f"proved: no row uses another key than {current}")
