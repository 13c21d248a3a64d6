"""What the tests of deliveries share: sending what waits on shard 2, and what became of it."""

from typing import Any

from notifications.delivery.plan import plan
from notifications.delivery.send import send
from notifications.models import NotificationDelivery, NotificationSettings
from shards.scope import on_shard
from tests.notifications.conftest import Api
from tests.notifications.servers import Mailbox


def wants(api: Api, **columns: Any) -> None:
    with on_shard(2):
        NotificationSettings.objects.update_or_create(account_db_key=api.key, defaults=columns)


def deliver(*, due: bool = True) -> None:
    """Plan and send on shard 2; whatever waits is due at once."""
    with on_shard(2):
        plan()
        if due:
            NotificationDelivery.objects.filter(state="pending").update(next_attempt_at="2026-01-01T00:00Z")
        send()


def states(channel: str) -> list[str]:
    with on_shard(2):
        return list(
            NotificationDelivery.objects.filter(channel=channel).order_by("idx").values_list("state", flat=True)
        )


def trace(api: Api, notification_id: Any, channel: str) -> list[str]:
    rows = api.get(f"/{notification_id}/trace")["results"]
    return [row["decision"] for row in rows if row["channel"] == channel]


def keys(box: Mailbox) -> list[str]:
    return [message["Message-ID"] for _, message in box.messages]
