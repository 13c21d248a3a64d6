"""Notifications of single accounts that other apps' events call for. The event is the source: told again, told once."""

from typing import Any
from uuid import UUID

from notifications.models import NotificationSettings
from notifications.services import notification_create
from notifications.types import TYPES, texts
from shards.outbox.registry import Event, consumes
from shards.placement import on_account

Words = dict[str, dict[str, Any]]  # language -> what the type's templates take

REASONS = {
    "change": {"en": "your password was changed", "ko": "비밀번호가 변경되었습니다"},
    "reset": {"en": "your password was reset", "ko": "비밀번호가 재설정되었습니다"},
}
ENDS = {
    "cancelled": {"en": "order cancelled", "ko": "주문 취소"},
    "rejected": {"en": "order rejected", "ko": "주문 거부"},
    "expired": {"en": "order expired", "ko": "주문 만료"},
}

WAYS = {
    "ABOVE": {"en": "at or above", "ko": "이상"},
    "BELOW": {"en": "at or below", "ko": "이하"},
}


@consumes("notifications", "account.password_changed")
def tell_password(event: Event) -> None:
    """Nobody can switch this off: it is how a stranger's change is noticed."""
    said = REASONS.get(event.event_data["change_reason"], REASONS["change"])
    at = f"{event.created_at:%Y-%m-%d %H:%M} UTC"
    _tell(event, "ACCOUNT_SECURITY", {language: {"event": text, "at": at} for language, text in said.items()})


@consumes("notifications", "portfolio.order_filled")
def tell_filled(event: Event) -> None:
    _tell(event, "TRADE_COMPLETE", dict.fromkeys(TYPES["TRADE_COMPLETE"].texts, event.event_data))


@consumes("notifications", "price.reached")
def tell_price(event: Event) -> None:
    data = event.event_data
    said = {language: data | {"way": way} for language, way in WAYS[data["direction"]].items()}
    _tell(event, "PRICE_ALERT", said, source_id=UUID(data["price_alarm_id"]))


@consumes("notifications", "portfolio.order_ended")
def tell_ended(event: Event) -> None:
    said = ENDS[event.event_data["state"]]
    reason = event.event_data["reason"]
    _tell(event, "PORTFOLIO_ALERT", {language: {"event": text, "text": reason} for language, text in said.items()})


def _tell(event: Event, type_id: str, words: Words, source_id: UUID | None = None) -> None:
    """Unless the account's settings switch the type off; in its language. The source is the event if none is given."""
    account_db_key = event.event_data["account_db_key"]
    with on_account(account_db_key):
        wants = NotificationSettings.objects.filter(pk=account_db_key).first() or NotificationSettings()
    setting = TYPES[type_id].setting
    if setting is not None and not getattr(wants, setting):
        return
    notification_create(
        account_db_key=account_db_key,
        type_id=type_id,
        source_id=source_id or event.event_id,
        texts=texts(type_id, words[wants.language])[wants.language],
        data=event.event_data,
    )
