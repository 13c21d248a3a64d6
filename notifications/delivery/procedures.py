"""The routines of deliveries, each with its types (`sql/shard/notifications`)."""

from datetime import date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

from shards.procedures import call, call_one

FLAGS = (
    "email_notifications_enabled",
    "sms_notifications_enabled",
    "push_notifications_enabled",
    "price_alert_enabled",
    "news_alert_enabled",
    "portfolio_alert_enabled",
    "trade_alert_enabled",
)


class Undecided(NamedTuple):
    idx: int
    notification_id: UUID
    account_db_key: int
    type_id: str
    title: str
    message: str
    priority: int
    created_at: datetime
    email_notifications_enabled: bool | None
    sms_notifications_enabled: bool | None
    push_notifications_enabled: bool | None
    price_alert_enabled: bool | None
    news_alert_enabled: bool | None
    portfolio_alert_enabled: bool | None
    trade_alert_enabled: bool | None
    timezone: str | None
    quiet_from: time | None
    quiet_until: time | None
    is_advertising_allowed: bool | None
    has_webhook: bool
    preferences: list[dict[str, Any]] | None


class Waiting(NamedTuple):
    delivery_id: UUID
    account_db_key: int
    type_id: str
    channel: str


class Claimed(NamedTuple):
    delivery_id: UUID
    account_db_key: int
    notification_id: UUID
    type_id: str
    channel: str
    title: str
    message: str
    priority: int
    coalesced_count: int
    attempts: int
    fence: int
    provider: int
    targets_done: list[str] | None
    expires_at: datetime | None
    was_open: bool
    language: str | None
    timezone: str | None
    quiet_from: time | None
    quiet_until: time | None
    is_advertising_allowed: bool | None
    is_read: bool


class Swept(NamedTuple):
    deliveries: int
    traces: int
    budgets: int
    stamps: int


class Trace(NamedTuple):
    created_at: datetime
    channel: str
    decision: str
    detail: str


class Webhook(NamedTuple):
    webhook_id: UUID
    url: str
    secret: str
    created_at: datetime


class Digest(NamedTuple):
    account_db_key: int
    channel: str
    digested: int


def notification_delivery_undecided(*, limit: int) -> list[Undecided]:
    return call("fp_notification_delivery_undecided", Undecided, limit=limit)


def notification_delivery_waiting(*, accounts: list[int]) -> list[Waiting]:
    return call("fp_notification_delivery_waiting", Waiting, accounts=accounts)


def notification_delivery_decide(
    *, ids: list[int], deliveries: list[dict[str, Any]], grown: list[dict[str, Any]], traces: list[dict[str, Any]]
) -> int:
    ((decided,),) = call("fp_notification_delivery_decide", ids=ids, deliveries=deliveries, grown=grown, traces=traces)
    return int(decided)


def notification_delivery_claim(*, limit: int, lease_seconds: int) -> list[Claimed]:
    return call("fp_notification_delivery_claim", Claimed, limit=limit, lease_seconds=lease_seconds)


def notification_delivery_settle(
    *,
    delivery_id: UUID,
    fence: int,
    state: str,
    next_attempt_at: datetime | None,
    is_tried: bool,
    is_outcome_open: bool,
    provider: int,
    targets_done: list[str],
    traces: list[dict[str, Any]],
) -> None:
    call(
        "fp_notification_delivery_settle",
        delivery_id=delivery_id,
        fence=fence,
        state=state,
        next_attempt_at=next_attempt_at,
        is_tried=is_tried,
        is_outcome_open=is_outcome_open,
        provider=provider,
        targets_done=targets_done,
        traces=traces,
    )


def notification_delivery_resend(*, delivery_id: UUID, operator: str) -> None:
    call("fp_notification_delivery_resend", delivery_id=delivery_id, operator=operator)


def notification_delivery_sweep(
    *, limit: int, deliveries_days: int, traces_days: int, budgets_days: int, stamps_days: int
) -> Swept:
    return call_one(
        "fp_notification_delivery_sweep",
        Swept,
        limit=limit,
        deliveries_days=deliveries_days,
        traces_days=traces_days,
        budgets_days=budgets_days,
        stamps_days=stamps_days,
    )


def notification_budget_take(*, account_db_key: int, channel: str, date: date, budget: int) -> bool:
    ((is_taken,),) = call(
        "fp_notification_budget_take", account_db_key=account_db_key, channel=channel, date=date, budget=budget
    )
    return bool(is_taken)


def notification_digest_make(*, titles: dict[str, str]) -> Digest | None:
    rows = call("fp_notification_digest_make", Digest, titles=titles)
    return rows[0] if rows else None


def notification_trace_get(*, account_db_key: int, notification_id: UUID) -> list[Trace]:
    return call("fp_notification_trace_get", Trace, account_db_key=account_db_key, notification_id=notification_id)


def notification_preference_put(
    *, account_db_key: int, type_id: str, channel: str, is_enabled: bool, min_priority: int
) -> None:
    call(
        "fp_notification_preference_put",
        account_db_key=account_db_key,
        type_id=type_id,
        channel=channel,
        is_enabled=is_enabled,
        min_priority=min_priority,
    )


def notification_hours_put(
    *,
    account_db_key: int,
    quiet_from: time | None,
    quiet_until: time | None,
    is_advertising_allowed: bool,
) -> None:
    call(
        "fp_notification_hours_put",
        account_db_key=account_db_key,
        quiet_from=quiet_from,
        quiet_until=quiet_until,
        is_advertising_allowed=is_advertising_allowed,
    )


def notification_webhook_insert(*, webhook_id: UUID, account_db_key: int, url: str, secret: str) -> None:
    call("fp_notification_webhook_insert", webhook_id=webhook_id, account_db_key=account_db_key, url=url, secret=secret)


def notification_webhook_delete(*, account_db_key: int, webhook_id: UUID) -> None:
    call("fp_notification_webhook_delete", account_db_key=account_db_key, webhook_id=webhook_id)


def notification_webhooks_get(*, account_db_key: int) -> list[Webhook]:
    return call("fp_notification_webhooks_get", Webhook, account_db_key=account_db_key)
