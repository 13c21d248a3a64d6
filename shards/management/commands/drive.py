from typing import Any

from django.core.management.base import BaseCommand

from shards.management.until_stopped import until_stopped
from shards.saga.driver import drive_until


class Command(BaseCommand):
    help = (
        "Drives the sagas of all databases, as soon as there is something to do, until it is stopped (SIGTERM). Any "
        "number may run, on any number of machines, beside Celery's job saga.drive, which then finds little to do. "
        "Example: manage.py drive"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("drive: running")
        until_stopped(drive_until)
