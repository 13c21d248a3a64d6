"""What `manage.py import_legacy` makes of notifications; none of them goes out a second time.

Statistics are counted by the day on which a notification was made, as they are kept here.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date
from typing import Any

from django.db import transaction
from django.db.models import Model

from notifications.models import InappNotification, InappNotificationCounter, InappNotificationStats
from shards.legacy.cells import Refused, Row, made_id
from shards.legacy.tables import AFTERWARDS, Legacy, Made, Walk, imports
from shards.scope import Scope, current_alias

AT_ONCE = 500
PRIORITIES = range(1, 6)
DELETED = {"user": "deleted_count", "auto": "auto_deleted_count", "expired": "expired_count"}


def notification(row: Row, walk: Walk) -> list[Model]:
    priority = row.count("priority")
    if priority not in PRIORITIES:
        raise Refused("priority_unknown")
    is_read, is_deleted = row.flag("is_read"), row.flag("is_deleted")
    changed = row.time("updated_at")
    return [
        InappNotification(
            notification_id=row.uuid("notification_id"),
            account_db_key=row.owner,
            type_id=row.text("type_id", longest=64),
            source_id=made_id("notification", row.text("notification_id")),
            title=row.text("title", longest=255),
            message=row.text("message"),
            data=row.json("data", dict) if row.maybe("data") else None,
            priority=priority,
            is_read=is_read,
            read_at=(row.moment("read_at") or changed) if is_read else None,
            expires_at=row.moment("expires_at"),
            leaves_at=changed if is_deleted else row.moment("expires_at"),
            is_deleted=is_deleted,
            deleted_at=changed if is_deleted else None,
            deleted_by="user" if is_deleted else "",
            created_at=row.time("created_at"),
            is_decided=True,
        )
    ]


def count(walk: Walk, accounts: Iterable[int]) -> None:
    """Each account's days, and its unread ones; where nothing else has counted yet."""
    keys = list(accounts)
    for start in range(0, len(keys), AT_ONCE):
        page = keys[start : start + AT_ONCE]
        counted = set(InappNotificationCounter.objects.filter(pk__in=page).values_list("pk", flat=True))
        days: dict[tuple[int, date], Counter[str]] = {}
        rows = InappNotification.objects.filter(account_db_key__in=[key for key in page if key not in counted])
        for row in rows.iterator():
            day = days.setdefault((row.account_db_key, row.created_at.astimezone(UTC).date()), Counter())
            day.update(["total_count", f"priority_{row.priority}_count", _state(row)])
        _store(days)


def _state(row: InappNotification) -> str:
    return DELETED[row.deleted_by] if row.is_deleted else "read_count" if row.is_read else "unread_count"


def _store(days: dict[tuple[int, date], Counter[str]]) -> None:
    unread: Counter[int] = Counter()
    for (key, _), day in days.items():
        unread[key] += day["unread_count"]
    with transaction.atomic(using=current_alias()):
        InappNotificationStats.objects.bulk_create(_day(key, day, counts) for (key, day), counts in days.items())
        InappNotificationCounter.objects.bulk_create(
            InappNotificationCounter(account_db_key=key, unread_count=number) for key, number in unread.items()
        )


def _day(key: int, day: date, counts: Counter[str]) -> InappNotificationStats:
    columns: dict[str, Any] = dict(counts)
    return InappNotificationStats(account_db_key=key, date=day, **columns)


AFTERWARDS.append((Scope.SHARD, count))
imports(
    Legacy(
        "table_inapp_notifications", Scope.SHARD, 60, ("idx",), notification,
        {InappNotification: Made(("notification_id",), ("priority",))},
    )
)  # fmt: skip
