"""What changes notifications in the app. Each service works on the shard of its `account_db_key`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from notifications import live, procedures, selectors
from notifications.types import TYPES, Texts
from shards.exceptions import ShardInMaintenance
from shards.fields import new_public_id
from shards.transactions import in_account_transaction

READ_AT_ONCE = 1_000

_create = in_account_transaction(procedures.inapp_notification_create)
_get_read = in_account_transaction(procedures.inapp_notification_get_read)
_mark_some_read = in_account_transaction(procedures.inapp_notification_mark_all_read)

_stats = in_account_transaction(procedures.inapp_notification_stats_get)  # collects what is due first
_mark_read = in_account_transaction(procedures.inapp_notification_mark_read)
_delete = in_account_transaction(procedures.inapp_notification_delete)


def notification_create(
    *,
    account_db_key: int,
    type_id: str,
    source_id: UUID,
    texts: Texts,
    data: dict[str, Any] | None = None,
    priority: int | None = None,
    expires_at: datetime | None = None,
) -> procedures.Created:
    """One notification of a type about a source; a repeated call answers with the first one."""
    return _create(
        notification_id=new_public_id(),
        account_db_key=account_db_key,
        type_id=type_id,
        source_id=source_id,
        title=texts.title,
        message=texts.message,
        data=data,
        priority=priority or TYPES[type_id].priority,
        expires_at=expires_at,
    )


def notification_read_page(
    *, account_db_key: int, before: tuple[datetime, UUID] | None, limit: int
) -> list[procedures.NotificationRow]:
    """A page of read ones, which leave NOTIFICATION_READ_GRACE after this; one row more says that more follow.

    None leaves while the shard is in maintenance.
    """
    before_created_at, before_notification_id = before or (None, None)
    try:
        return _get_read(
            account_db_key=account_db_key,
            grace_seconds=settings.NOTIFICATION_READ_GRACE,
            before_created_at=before_created_at,
            before_notification_id=before_notification_id,
            limit=limit,
        )
    except ShardInMaintenance:
        return selectors.notification_read(account_db_key=account_db_key, before=before, limit=limit + 1)


def notification_stats(*, account_db_key: int, days: int) -> list[procedures.DayRow]:
    """What is due is collected first, but not while the shard is in maintenance."""
    try:
        return _stats(account_db_key=account_db_key, days=days)
    except ShardInMaintenance:
        return selectors.notification_stats(account_db_key=account_db_key, days=days)


def notification_mark_read(*, account_db_key: int, notification_id: UUID) -> procedures.NotificationRow:
    """Raises NotificationUnknown; again changes nothing."""
    row = _mark_read(account_db_key=account_db_key, notification_id=notification_id)
    live.tell_unread(account_db_key=account_db_key)
    return row


def notification_delete(*, account_db_key: int, notification_id: UUID) -> None:
    """Raises NotificationUnknown, also when it is deleted already."""
    _delete(account_db_key=account_db_key, notification_id=notification_id)
    live.tell_unread(account_db_key=account_db_key)


def notification_mark_all_read(*, account_db_key: int) -> int:
    """Returns how many were unread. In transactions of `READ_AT_ONCE`; cut off half-way, the rest is still unread."""
    marked = 0
    while updated := _mark_some_read(account_db_key=account_db_key, limit=READ_AT_ONCE):
        marked += updated
        if updated < READ_AT_ONCE:
            break
    live.tell_unread(account_db_key=account_db_key)
    return marked
