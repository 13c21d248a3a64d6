"""`manage.py chat_doctor`: compares rooms with their messages and Redis with MySQL, and repairs what differs."""

from typing import Any

from django.core.management.base import BaseCommand

from chat.live.doctor import examine
from config.json import dumps


class Command(BaseCommand):
    help = "Finds and repairs differences between chat rooms, their messages and Redis."

    def handle(self, *args: Any, **options: Any) -> None:
        for where, found in examine().items():
            self.stdout.write(f"{where}: {dumps(found).decode()}")
