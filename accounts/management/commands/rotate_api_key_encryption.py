"""`manage.py rotate_api_key_encryption`: every encrypted value gets the first key of the ring; safe to repeat."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from accounts import keyring, sealed
from accounts.api_keys import rotation
from accounts.models import ApiKeys
from shards.exceptions import ShardUnavailable


class Command(BaseCommand):
    help = (
        "Encrypt every stored API key, and every other encrypted column on every database, anew with the first key of "
        "ENCRYPTION_KEYS, while the site runs. Example: manage.py rotate_api_key_encryption"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task("accounts", total=ApiKeys.objects.count())
            try:
                rotated = rotation.rotate(lambda accounts: bar.advance(task, accounts))
                others = sealed.rotate()
            except keyring.Unreadable as error:
                raise CommandError(f"{error}: put its key back into ENCRYPTION_KEYS, or have it saved again") from error
            except ShardUnavailable as error:
                raise CommandError(f"shard {error.shard_id} cannot be reached: repeat this when it is back") from error
        values = sealed.values_by_key() + Counter(rotation.values_by_key())
        current = keyring.current_key_id()
        self.stdout.write(f"{rotated} accounts rotated, and {others} other values")
        for key_id, count in values.items():
            self.stdout.write(f"key {key_id}: {count} values")
        if set(values) - {current}:
            raise CommandError(
                "values of another key are left: saved meanwhile by a process that has the old settings?"
            )
        self.stdout.write(f"proved: no row uses another key than {current}")
