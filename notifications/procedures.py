"""The routines of in-app notifications, each with its types (`sql/shard/notifications`)."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from shards.procedures import call, call_one


class CreatedFromSignal(NamedTuple):
    upto_account_db_key: int | None
    stamp: datetime | None


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
    expires_at: datetime | None
    created_at: datetime


class Created(NamedTuple):
    notification_id: UUID
    type_id: str
    source_id: UUID
    title: str
    message: str
    data: dict[str, Any] | None
    priority: int
    is_read: bool
    read_at: datetime | None
    expires_at: datetime | None
    created_at: datetime
    created: bool


class DayRow(NamedTuple):
    date: date
    total_count: int
    unread_count: int
    read_count: int
    deleted_count: int
    auto_deleted_count: int
    expired_count: int
    priority_1_count: int
    priority_2_count: int
    priority_3_count: int
    priority_4_count: int
    priority_5_count: int


class Swept(NamedTuple):
    expired: int
    left_list: int
    purged: int


class Difference(NamedTuple):
    account_db_key: int | None
    date: date | None
    column_name: str
    counted: int
    recounted: int


def inapp_notification_create(
    *,
    notification_id: UUID,
    account_db_key: int,
    type_id: str,
    source_id: UUID,
    title: str,
    message: str,
    data: dict[str, Any] | None,
    priority: int,
    expires_at: datetime | None,
) -> Created:
    return call_one(
        "fp_inapp_notification_create",
        Created,
        notification_id=notification_id,
        account_db_key=account_db_key,
        type_id=type_id,
        source_id=source_id,
        title=title,
        message=message,
        data=data,
        priority=priority,
        expires_at=expires_at,
    )


def inapp_notification_create_from_signal(
    *,
    market_signal_id: UUID,
    type_id: str,
    texts: dict[str, Any],
    data: dict[str, Any],
    priority: int,
    after_account_db_key: int,
    limit: int,
) -> CreatedFromSignal:
    return call_one(
        "fp_inapp_notification_create_from_signal",
        CreatedFromSignal,
        market_signal_id=market_signal_id,
        type_id=type_id,
        texts=texts,
        data=data,
        priority=priority,
        after_account_db_key=after_account_db_key,
        limit=limit,
    )


def inapp_notification_get_unread(
    *, account_db_key: int, before_created_at: datetime | None, before_notification_id: UUID | None, limit: int
) -> list[NotificationRow]:
    return call(
        "fp_inapp_notification_get_unread",
        NotificationRow,
        account_db_key=account_db_key,
        before_created_at=before_created_at,
        before_notification_id=before_notification_id,
        limit=limit,
    )


def inapp_notification_list(
    *, account_db_key: int, before_created_at: datetime | None, before_notification_id: UUID | None, limit: int
) -> list[NotificationRow]:
    return call(
        "fp_inapp_notification_list",
        NotificationRow,
        account_db_key=account_db_key,
        before_created_at=before_created_at,
        before_notification_id=before_notification_id,
        limit=limit,
    )


def inapp_notification_get_read(
    *,
    account_db_key: int,
    grace_seconds: int,
    before_created_at: datetime | None,
    before_notification_id: UUID | None,
    limit: int,
) -> list[NotificationRow]:
    """Up to limit + 1 rows, of which the last was not shown."""
    return call(
        "fp_inapp_notification_get_read",
        NotificationRow,
        account_db_key=account_db_key,
        grace_seconds=grace_seconds,
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


def inapp_notification_mark_all_read(*, account_db_key: int, limit: int) -> int:
    ((updated,),) = call("fp_inapp_notification_mark_all_read", account_db_key=account_db_key, limit=limit)
    return int(updated)


def inapp_notification_delete(*, account_db_key: int, notification_id: UUID) -> None:
    call("fp_inapp_notification_delete", account_db_key=account_db_key, notification_id=notification_id)


def inapp_notification_stats_get(*, account_db_key: int, days: int) -> list[DayRow]:
    return call("fp_inapp_notification_stats_get", DayRow, account_db_key=account_db_key, days=days)


def inapp_notification_unread_count(*, account_db_key: int) -> int:
    ((unread,),) = call("fp_inapp_notification_unread_count", account_db_key=account_db_key)
    return int(unread)


def inapp_notification_sweep(*, limit: int) -> Swept:
    return call_one("fp_inapp_notification_sweep", Swept, limit=limit)


def inapp_notification_check(*, after_account_db_key: int, limit: int, since: date) -> list[Difference]:
    """The last row is no difference: its account is the last one looked at, None when none was left."""
    return call(
        "fp_inapp_notification_check", Difference, after_account_db_key=after_account_db_key, limit=limit, since=since
    )


def inapp_notification_forget(*, type_id: str, sources: list[dict[str, Any]]) -> None:
    call("fp_inapp_notification_forget", type_id=type_id, sources=sources)
