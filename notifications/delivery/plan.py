"""Decides for each new notification by which channels it goes out, and writes each decision down.

Whatever makes notifications, one at a time or a hundred thousand in one statement, only leaves them undecided; this job
takes them in batches. A batch is one transaction: killed anywhere, it is decided again, and the same way.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings

from accounts.models.profile import NOTIFICATION_DEFAULTS
from notifications import live
from notifications.delivery import procedures, providers
from notifications.delivery.procedures import FLAGS, Undecided
from notifications.delivery.rules import URGENT, Preference, Recipient, Subject, refusal
from notifications.types import OUTSIDE, TYPES, WEBHOOK
from shards.transactions import in_transaction
from shards.walk import on_each_shard

ROWS = 500  # a transaction
TRANSACTIONS = 200  # a run and shard
DEFAULT_TIMEZONE = "Asia/Seoul"


class Grown(NamedTuple):
    """What a delivery that waits takes along."""

    more: int
    expires_at: str | None  # of the latest


def plan_all() -> dict[str, Any]:
    """shard -> notifications decided, or why not."""
    return {str(shard_id): result for shard_id, result in on_each_shard(plan, "delivery plan").items()}


def plan() -> int:
    """Decide what waits on the current shard; returns how many notifications."""
    decided = 0
    for _ in range(TRANSACTIONS):
        rows = _batch()
        live.tell_new(rows)
        decided += len(rows)
        if len(rows) < ROWS:
            break
    return decided


@in_transaction
def _batch() -> list[Undecided]:
    """What this call decided: nothing that another planner was faster with."""
    rows = procedures.notification_delivery_undecided(limit=ROWS)
    if not rows:
        return []
    waiting = procedures.notification_delivery_waiting(accounts=sorted({row.account_db_key for row in rows}))
    open_ones = {(one.account_db_key, one.type_id, one.channel): one.delivery_id for one in waiting}
    deliveries: list[dict[str, Any]] = []
    traces: list[dict[str, Any]] = []
    grown: dict[UUID, Grown] = {}
    now = datetime.now(UTC)
    for row in rows:
        for channel in OUTSIDE:
            decision = _decision(row, channel)
            if decision is None:
                delivery, decision = _delivery(row, channel, open_ones, grown, now)
                deliveries.append(delivery)
            traces.append(trace(row.notification_id, row.account_db_key, channel, decision))
    decided = procedures.notification_delivery_decide(
        ids=[row.idx for row in rows],
        deliveries=deliveries,
        grown=[{"delivery_id": one.hex, **more._asdict()} for one, more in grown.items()],
        traces=traces,
    )
    return rows if decided else []


def _decision(row: Undecided, channel: str) -> str | None:
    """Why the channel is not used; None when it is."""
    reason = refusal(subject_of(row.type_id, row.priority), _recipient(row), channel)
    if reason is None and channel == WEBHOOK:
        return None if row.has_webhook else "no_webhook"
    if reason is None and not providers.of(channel):
        return "no_provider"
    return reason


def _delivery(
    row: Undecided, channel: str, open_ones: dict[tuple[int, str, str], UUID], grown: dict[UUID, Grown], now: datetime
) -> tuple[dict[str, Any], str]:
    """The delivery and the decision; one that waits already takes it along."""
    delivery_id = id_of(row.notification_id, channel)
    kind = (row.account_db_key, row.type_id, channel)
    parent = None if row.priority <= URGENT else open_ones.get(kind)
    lifetime = TYPES[row.type_id].lifetime
    expires_at = _sql(row.created_at + lifetime) if lifetime else None
    if parent is not None:
        grown[parent] = Grown(grown[parent].more + 1 if parent in grown else 1, expires_at)
    elif row.priority > URGENT:
        open_ones[kind] = delivery_id
    wait = timedelta(seconds=0 if row.priority <= URGENT else settings.NOTIFICATION_COALESCE_SECONDS)
    delivery = {
        "delivery_id": delivery_id.hex,
        "notification_id": row.notification_id.hex,
        "parent_id": parent.hex if parent else None,
        "account_db_key": row.account_db_key,
        "type_id": row.type_id,
        "channel": channel,
        "title": row.title,
        "message": row.message,
        "priority": row.priority,
        "next_attempt_at": _sql(now + wait),
        "expires_at": expires_at,
    }
    return delivery, "coalesced" if parent else "queued"


def subject_of(type_id: str, priority: int) -> Subject:
    """A digest is of no type of its own: its parts were decided already."""
    known = TYPES.get(type_id)
    if known is None:
        return Subject(type_id, priority, None, OUTSIDE, is_advertising=False)
    return Subject(type_id, priority, known.setting, known.channels, known.is_advertising)


def _recipient(row: Undecided) -> Recipient:
    flags = {flag: getattr(row, flag) for flag in FLAGS}
    return Recipient(
        flags={flag: NOTIFICATION_DEFAULTS[flag] if value is None else bool(value) for flag, value in flags.items()},
        timezone=row.timezone or DEFAULT_TIMEZONE,
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
        is_advertising_allowed=bool(row.is_advertising_allowed),
        preferences={
            (one["type_id"], one["channel"]): Preference(bool(one["is_enabled"]), one["min_priority"])
            for one in row.preferences or []
        },
    )


def id_of(notification_id: UUID, channel: str) -> UUID:
    """The same however often it is decided: a repeated plan makes no second delivery."""
    return UUID(bytes=hashlib.sha256(f"{notification_id.hex}|{channel}".encode()).digest()[:16])


def trace(notification_id: UUID, account_db_key: int, channel: str, decision: str, detail: str = "") -> dict[str, Any]:
    return {
        "notification_id": notification_id.hex,
        "account_db_key": account_db_key,
        "channel": channel,
        "decision": decision,
        "detail": detail[:500],
    }


def _sql(at: datetime) -> str:
    """As JSON_TABLE reads it."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
