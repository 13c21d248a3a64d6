"""`manage.py rotate_api_key_encryption`: every stored API key gets the first key of ENCRYPTION_KEYS; safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from accounts import keyring
from accounts.api_keys import rotation
from accounts.models import ApiKeys


class Command(BaseCommand):
    help = "Encrypt every stored API key anew with the first key of ENCRYPTION_KEYS, while the site runs."

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task("accounts", total=ApiKeys.objects.count())
            try:
                rotated = rotation.rotate(lambda accounts: bar.advance(task, accounts))
            except keyring.Unreadable as error:
                raise CommandError(f"{error}: put its key back into ENCRYPTION_KEYS, or have it saved again") from error
        values = rotation.values_by_key()
        current = keyring.current_key_id()
        self.stdout.write(f"{rotated} accounts rotated")
        for key_id, count in values.items():
            self.stdout.write(f"key {key_id}: {count} values")
        if set(values) - {current}:
            raise CommandError(
                "values of another key are left: saved meanwhile by a process that has the old settings?"
            )
        self.stdout.write(f"proved: no row uses another key than {current}")
