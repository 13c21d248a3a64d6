from typing import Any

from django.core.management.base import BaseCommand

from shards.management.until_stopped import until_stopped
from shards.outbox.service import consume_until


class Command(BaseCommand):
    help = (
        "Hands events to their consumers as soon as they are sent, until it is stopped (SIGTERM). Any number may run, "
        "on any number of machines, beside Celery's job outbox.consume: a stream is read by one at a time, and what a "
        "dead one left is taken over."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("consume: running")
        until_stopped(consume_until)
