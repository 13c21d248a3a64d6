"""Sends what is due: claims deliveries under a lease, asks once more whether they may go now, sends, says how it ended.

Killed between the provider's answer and the note of it, a delivery is claimed again when its lease ends and sent with
the same Message-ID or key, and its trace says that an answer was lost. Nothing else is sent twice.
"""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings

from accounts.models.profile import NOTIFICATION_DEFAULTS
from notifications.delivery import procedures, targets
from notifications.delivery.plan import DEFAULT_TIMEZONE, subject_of, trace
from notifications.delivery.procedures import Claimed
from notifications.delivery.providers import Answer, End
from notifications.delivery.rules import URGENT, Recipient, hold, next_digest
from notifications.types import DEFAULT_LANGUAGE, SMS
from shards.exceptions import FenceLost
from shards.points import reach
from shards.transactions import in_transaction
from shards.walk import on_each_shard

log = structlog.get_logger(__name__)

AT_ONCE, BATCHES = 40, 50
LEASE_SECONDS = 300  # longer than a batch of providers that all hang
TRIES = 8
DIGEST_AT = time(9)
DIGEST = "DIGEST"
TITLES = {"en": "{n} notifications", "ko": "알림 {n}건"}
MORE = {"en": "{title} (and {n} more)", "ko": "{title} 외 {n}건"}

_claim = in_transaction(procedures.notification_delivery_claim)
_settle = in_transaction(procedures.notification_delivery_settle)
_take_budget = in_transaction(procedures.notification_budget_take)
_make_digest = in_transaction(procedures.notification_digest_make)
delivery_resend = in_transaction(procedures.notification_delivery_resend)  # raises DeliveryNotDead


class Settled(NamedTuple):
    """What becomes of a claimed delivery."""

    state: str
    decision: str
    detail: str = ""
    next_attempt_at: datetime | None = None
    is_tried: bool = True
    is_outcome_open: bool = False
    provider: int = 0
    targets_done: tuple[str, ...] = ()


def send_all() -> dict[str, Any]:
    """shard -> deliveries handled, or why not."""
    return {str(shard_id): result for shard_id, result in on_each_shard(send, "delivery").items()}


def send() -> int:
    """Handle what is due on the current shard; returns how many deliveries."""
    while _make_digest(titles=TITLES):
        pass
    handled = 0
    with ThreadPoolExecutor(settings.NOTIFICATION_SENDERS) as pool:
        for _ in range(BATCHES):
            claimed = _claim(limit=AT_ONCE, lease_seconds=LEASE_SECONDS)
            reach("deliver.claimed")
            handled += len(claimed)
            ready: list[tuple[Claimed, Callable[[], targets.Sent]]] = []
            for delivery in claimed:
                settled = _before(delivery)
                if settled is None:
                    ready.append((delivery, targets.prepared(delivery, _text(delivery))))
                else:
                    _finish(delivery, settled)
            for (delivery, _), sent in zip(ready, pool.map(lambda one: one[1](), ready), strict=True):
                reach("deliver.sent")
                _finish(delivery, _after(delivery, sent), sent.answers)
            if len(claimed) < AT_ONCE:
                break
    return handled


def _before(delivery: Claimed) -> Settled | None:
    """What keeps it from going now; None when nothing does. `was_open` outlives a wait."""
    now = datetime.now(UTC)
    if delivery.attempts > TRIES:  # each time the sender died
        return Settled(
            "dead_letter", "gave_up", f"after {TRIES} tries", is_outcome_open=True,
            targets_done=tuple(delivery.targets_done or ()),
        )  # fmt: skip
    if delivery.expires_at is not None and delivery.expires_at <= now:
        return Settled("expired", "expired", f"worth sending until {delivery.expires_at:%Y-%m-%d %H:%M} UTC")
    is_alone = delivery.coalesced_count == 1 and delivery.type_id != DIGEST  # else others would be lost with it
    if delivery.channel == SMS and delivery.is_read and delivery.priority > URGENT and is_alone:
        return Settled("cancelled", "read_in_app")
    waits = hold(subject_of(delivery.type_id, delivery.priority), _recipient(delivery), now)
    if waits is not None:
        until = f"until {waits.until:%Y-%m-%d %H:%M} UTC"
        return Settled(
            "pending", waits.reason, until, waits.until, is_tried=False, is_outcome_open=delivery.was_open,
            provider=delivery.provider, targets_done=tuple(delivery.targets_done or ()),
        )  # fmt: skip
    if delivery.attempts == 1 and delivery.priority > URGENT and delivery.type_id != DIGEST:
        zone = delivery.timezone or DEFAULT_TIMEZONE
        budget = settings.NOTIFICATION_DAILY_BUDGETS[delivery.channel]
        today = now.astimezone(ZoneInfo(zone)).date()
        if not _take_budget(
            account_db_key=delivery.account_db_key, channel=delivery.channel, date=today, budget=budget
        ):
            morning = next_digest(now, DIGEST_AT, zone)
            return Settled("digest", "over_budget", f"{budget} a day; in the digest of the morning", morning)
    return None


def _after(delivery: Claimed, sent: targets.Sent) -> Settled:
    done = sent.targets_done
    match sent.end:
        case None:
            return Settled("skipped", "no_verified_address", sent.detail)
        case End.TAKEN:
            return Settled("sent", "sent", sent.detail, targets_done=done)
    is_open = sent.end is End.UNKNOWN
    if delivery.attempts >= TRIES:
        return Settled(
            "dead_letter", "gave_up", f"after {delivery.attempts} tries", is_outcome_open=is_open, targets_done=done
        )
    wait = min(30 * 2 ** (delivery.attempts - 1), 3600) * random.uniform(0.8, 1.2)  # noqa: S311  # jitter
    return Settled(
        "pending", "answer_lost" if is_open else "will_retry", f"again in {wait:.0f} s",
        datetime.now(UTC) + timedelta(seconds=wait), is_outcome_open=is_open, provider=sent.provider,
        targets_done=done,
    )  # fmt: skip


def _finish(delivery: Claimed, settled: Settled, answers: list[tuple[str, Answer]] | None = None) -> None:
    """Another sender that took over after the lease has the last word."""
    steps = [(f"provider_{answer.end.value}", f"{name}: {answer.detail}") for name, answer in answers or []]
    if delivery.was_open and answers:
        steps.insert(0, ("repeated", f"an earlier try's answer was lost; same key {delivery.delivery_id}"))
    steps.append((settled.decision, settled.detail))
    try:
        _settle(
            delivery_id=delivery.delivery_id,
            fence=delivery.fence,
            state=settled.state,
            next_attempt_at=settled.next_attempt_at,
            is_tried=settled.is_tried,
            is_outcome_open=settled.is_outcome_open,
            provider=settled.provider,
            targets_done=list(settled.targets_done),
            traces=[
                trace(delivery.notification_id, delivery.account_db_key, delivery.channel, decision, detail)
                for decision, detail in steps
            ],
        )
    except FenceLost:
        log.warning("delivery_fence_lost", delivery_id=str(delivery.delivery_id))


def _text(delivery: Claimed) -> targets.Text:
    title = delivery.title
    if delivery.coalesced_count > 1:
        title = MORE[delivery.language or DEFAULT_LANGUAGE].format(title=title, n=delivery.coalesced_count - 1)
    return targets.Text(title, delivery.message)


def _recipient(delivery: Claimed) -> Recipient:
    """Only hours matter by now: what the account wants was asked when it was decided."""
    return Recipient(
        flags=NOTIFICATION_DEFAULTS,
        timezone=delivery.timezone or DEFAULT_TIMEZONE,
        quiet_from=delivery.quiet_from,
        quiet_until=delivery.quiet_until,
        is_advertising_allowed=bool(delivery.is_advertising_allowed),
        preferences={},
    )
