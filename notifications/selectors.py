"""What reads notifications."""

from datetime import datetime
from uuid import UUID

from notifications import procedures
from shards.placement import on_account


def notification_list(
    *, account_db_key: int, is_read: bool | None, before: tuple[datetime, UUID] | None, limit: int
) -> list[procedures.NotificationRow]:
    """An account's notifications, newest first; `is_read` None is all."""
    before_created_at, before_notification_id = before or (None, None)
    with on_account(account_db_key):
        return procedures.inapp_notification_list(
            account_db_key=account_db_key,
            is_read=is_read,
            before_created_at=before_created_at,
            before_notification_id=before_notification_id,
            limit=limit,
        )
