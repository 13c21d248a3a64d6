from typing import Any

from django.core.management.base import BaseCommand

from shards.management.until_stopped import until_stopped
from shards.outbox.service import relay_until


class Command(BaseCommand):
    help = (
        "Sends committed events of all databases, as soon as they are there, until it is stopped (SIGTERM). Any number "
        "may run, on any number of machines, beside Celery's job outbox.relay, which then has nothing to do."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("relay: running")
        until_stopped(relay_until)
