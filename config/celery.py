"""Celery, and the schedule of its jobs as one table.

`manage.py seed` writes the rows that are missing to django-celery-beat's tables; from then on operators edit them in
the admin, and a restart changes nothing that they set.
"""

import os
from typing import NamedTuple

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DATABASE_PROGRAM", "worker")

from celery import Celery  # the environment comes first

from config import broker


class Scheduled(NamedTuple):
    task: str
    seconds: int
    what: str


SCHEDULE = (
    Scheduled("outbox.relay", 1, "Send committed events to Redis Streams"),
    Scheduled("outbox.consume", 1, "Hand events to their consumers"),
    Scheduled("outbox.catch_up", 60, "Find what consumers missed: trimmed before it was read, or older than they are"),
    Scheduled("outbox.observe", 10, "Count what waits, is blocked or dead, for /metrics"),
    Scheduled("outbox.cleanup", 3600, "Forget published events and inbox rows that nobody needs any more"),
    Scheduled("shards.observe", 30, "Ask every database how it fares, for /metrics"),
    Scheduled("shards.statistics", 300, "Add up what all shards hold; a shard that does not answer is named"),
    Scheduled("shards.retention", 3600, "Delete what the error logs have kept long enough"),
    Scheduled("saga.drive", 1, "Drive the sagas whose time has come: new ones, pauses that ended, drivers that died"),
    Scheduled("saga.observe", 10, "Count open and stuck sagas, for /metrics"),
    Scheduled("saga.cleanup", 3600, "Forget sagas that ended half a year ago"),
    Scheduled("signals.scan", 2, "Find signals in new bars and fan them out to alarms"),
    Scheduled("portfolio.settle", 2, "Book what brokers filled, and end orders whose time is over"),
    Scheduled("signals.watch_market", 60, "Ask a live source for bars; note failing feeds and sessions without a bar"),
    Scheduled("signals.poll_models", 10, "Ask the Model Server for its signals"),
    Scheduled("signals.evaluate", 2, "Judge signals whose next session has closed"),
    Scheduled("accounts.sessions_bury", 2, "Write tombstones of sessions that ended while Redis was down"),
    Scheduled("shards.idempotency_expire", 600, "Delete answers that were kept for repeated writes for a day"),
    Scheduled("accounts.local_provider", 5, "Let the local payment provider settle and tell; nothing in production"),
    Scheduled("accounts.erase", 3600, "Erase accounts whose grace period has ended"),
    Scheduled("accounts.payments_bill", 86_400, "Renew or end plans whose period has ended"),
    Scheduled("accounts.devices_expire", 86_400, "Forget devices that were not seen for nine months"),
    Scheduled("notifications.settings_copy", 300, "Compare notification settings with the copies on the shards"),
    Scheduled("accounts.codes_expire", 3600, "Delete codes and reset links that expired a week ago"),
    Scheduled("accounts.sessions_expire", 3600, "Delete sessions that expired long ago"),
    Scheduled("accounts.sessions_seen", 60, "Copy last use of sessions from Redis to MySQL"),
    Scheduled("notifications.plan", 2, "Decide how new notifications go out"),
    Scheduled("notifications.send", 2, "Send what is due by e-mail, SMS, push and webhook"),
    Scheduled("notifications.notices", 5, "Give operators' notices to their accounts"),
    Scheduled("notifications.prices", 2, "Find price alarms that new closes have reached"),
    Scheduled("notifications.sweep", 60, "Take notifications out of sight whose time has come"),
    Scheduled("notifications.check", 24 * 3600, "Compare notification statistics with a recount"),
    Scheduled("chat.recover", 5, "Take up replies that were asked for and are nobody's work"),
    Scheduled("chat.doctor", 3600, "Compare chat rooms with their messages and Redis with MySQL"),
)

broker.install()
app = Celery("finance")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
