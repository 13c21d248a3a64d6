from typing import Any

from django.core.management.base import BaseCommand

from shards.seeding import PARTS


class Command(BaseCommand):
    help = "Write the rows that a new platform needs; run again, it changes nothing. Example: manage.py seed"

    def handle(self, *args: Any, **options: Any) -> None:
        for what, part in PARTS.items():
            part()
            self.stdout.write(f"{what}: there")
