"""What reads notifications. The read list and the statistics are asked of their services, which collect what is due and
make rows leave, and come here while a shard is in maintenance.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from notifications import procedures
from notifications.delivery import procedures as delivery
from notifications.exceptions import NotificationUnknown
from notifications.models import InappNotification, InappNotificationStats
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


def notification_read(
    *, account_db_key: int, before: tuple[datetime, UUID] | None, limit: int
) -> list[procedures.NotificationRow]:
    rows = InappNotification.objects.filter(
        account_db_key=account_db_key, is_deleted=False, is_read=True, leaves_at__gt=timezone.now()
    )
    if before is not None:
        rows = rows.filter(Q(created_at__lt=before[0]) | Q(created_at=before[0], notification_id__lt=before[1]))
    fields = procedures.NotificationRow._fields
    with on_account(account_db_key):
        page = rows.order_by("-created_at", "-notification_id").values_list(*fields)[:limit]
        return [procedures.NotificationRow(*row) for row in page]


def notification_stats(*, account_db_key: int, days: int) -> list[procedures.DayRow]:
    since = timezone.now().date() - timedelta(days=days)
    rows = InappNotificationStats.objects.filter(account_db_key=account_db_key, date__gt=since).order_by("-date")
    with on_account(account_db_key):
        return [procedures.DayRow(*row) for row in rows.values_list(*procedures.DayRow._fields)]


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
