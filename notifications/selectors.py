"""What reads notifications. The read list is not here: looking at it makes rows leave, so it is a service."""

from datetime import datetime
from uuid import UUID

from notifications import procedures
from notifications.delivery import procedures as delivery
from notifications.exceptions import NotificationUnknown
from notifications.models import InappNotification
from shards.placement import on_account


def notification_unread(
    *, account_db_key: int, before: tuple[datetime, UUID] | None, limit: int
) -> list[procedures.NotificationRow]:
    before_created_at, before_notification_id = before or (None, None)
    with on_account(account_db_key):
        return procedures.inapp_notification_get_unread(
            account_db_key=account_db_key,
            before_created_at=before_created_at,
            before_notification_id=before_notification_id,
            limit=limit,
        )


def notification_all(
    *, account_db_key: int, before: tuple[datetime, UUID] | None, limit: int
) -> list[procedures.NotificationRow]:
    before_created_at, before_notification_id = before or (None, None)
    with on_account(account_db_key):
        return procedures.inapp_notification_list(
            account_db_key=account_db_key,
            before_created_at=before_created_at,
            before_notification_id=before_notification_id,
            limit=limit,
        )


def unread_count(*, account_db_key: int) -> int:
    with on_account(account_db_key):
        return procedures.inapp_notification_unread_count(account_db_key=account_db_key)


def trace(*, account_db_key: int, notification_id: UUID) -> list[delivery.Trace]:
    """What was decided about it, in order, also of gone ones; raises NotificationUnknown."""
    with on_account(account_db_key):
        if not InappNotification.objects.filter(
            notification_id=notification_id, account_db_key=account_db_key
        ).exists():
            raise NotificationUnknown
        return delivery.notification_trace_get(account_db_key=account_db_key, notification_id=notification_id)
