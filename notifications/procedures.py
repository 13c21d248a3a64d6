"""The notifications app's routines, each with its types (`sql/shard/notifications`)."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from shards.procedures import call, call_one


class Created(NamedTuple):
    upto_account_db_key: int | None
    created: int


class SettingsPut(NamedTuple):
    held: int
    behind: int


class NotificationRow(NamedTuple):
    notification_id: UUID
    type_id: str
    source_id: UUID
    title: str
    message: str
    data: dict[str, Any] | None
    priority: int
    is_read: bool
    read_at: datetime | None
    created_at: datetime


def inapp_notification_create_from_signal(
    *,
    market_signal_id: UUID,
    type_id: str,
    title: str,
    message: str,
    data: dict[str, Any],
    priority: int,
    after_account_db_key: int,
    limit: int,
) -> Created:
    return call_one(
        "fp_inapp_notification_create_from_signal",
        Created,
        market_signal_id=market_signal_id,
        type_id=type_id,
        title=title,
        message=message,
        data=data,
        priority=priority,
        after_account_db_key=after_account_db_key,
        limit=limit,
    )


def inapp_notification_list(
    *,
    account_db_key: int,
    is_read: bool | None,
    before_created_at: datetime | None,
    before_notification_id: UUID | None,
    limit: int,
) -> list[NotificationRow]:
    return call(
        "fp_inapp_notification_list",
        NotificationRow,
        account_db_key=account_db_key,
        is_read=is_read,
        before_created_at=before_created_at,
        before_notification_id=before_notification_id,
        limit=limit,
    )


def inapp_notification_mark_read(*, account_db_key: int, notification_id: UUID) -> NotificationRow:
    return call_one(
        "fp_inapp_notification_mark_read",
        NotificationRow,
        account_db_key=account_db_key,
        notification_id=notification_id,
    )


def notification_settings_put(*, settings: list[dict[str, Any]]) -> SettingsPut:
    return call_one("fp_notification_settings_put", SettingsPut, settings=settings)
