from typing import Any

from django.core.management.base import BaseCommand, CommandError

from notifications.sweep import differences
from shards.walk import on_each_shard


class Command(BaseCommand):
    help = (
        "Compare every account's notification statistics and unread counter with a recount of its rows. "
        "Example: manage.py notification_check"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        bad = 0
        for shard_id, found in on_each_shard(differences, "notification check").items():
            lines = [found] if isinstance(found, str) else [str(difference) for difference in found]
            bad += len(lines)
            for line in lines:
                self.stdout.write(f"shard {shard_id}: {line}")
        if bad:
            raise CommandError(f"{bad} differences or shards that did not answer")
        self.stdout.write("Statistics and counters are what a recount gives, on every shard.")
