"""django-jaiminho, as its README uses it, keeping order: a decorated function, and its relayer. Its table is made here,
with the index that its relayer's query wants, because its own migrations leave the id without AUTO_INCREMENT.
"""

import logging
from typing import Any

from django.db import connections, transaction
from jaiminho.models import Event
from jaiminho.relayer import EventRelayer
from jaiminho.send import save_to_outbox

from config.redis import streams as redis

logging.getLogger("jaiminho").setLevel(logging.WARNING)  # a line for each event would be part of its time


@save_to_outbox
def send(event: dict[Any, Any]) -> None:
    redis().xadd("jaiminho", event)


def make_table() -> None:
    connection = connections["default"]
    connection.close()
    connection.settings_dict["OPTIONS"]["binary_prefix"] = False  # Django's BinaryField writes the prefix, too
    if Event._meta.db_table not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(Event)
            editor.execute(f"CREATE INDEX waiting ON {Event._meta.db_table} (sent_at, stream, created_at)")


def publish(events: list[dict[str, Any]]) -> None:
    """Each in a transaction of its own."""
    for event in events:
        with transaction.atomic():
            send(event)


def relay() -> None:
    EventRelayer().relay()


def waiting() -> int:
    return Event.objects.filter(sent_at=None).count()


def forget() -> None:
    Event.objects.all().delete()
