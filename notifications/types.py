"""The kinds of notifications: texts, urgency, ways out and who may switch them off. One table; unknown ones fail.

Texts are templates over the notification's data, in every language of LANGUAGES. Priority is 1 urgent to 5 low.
"""

from datetime import timedelta
from typing import Any, NamedTuple

IN_APP, EMAIL, SMS, PUSH, WEBHOOK = "in_app", "email", "sms", "push", "webhook"
OUTSIDE = (EMAIL, SMS, PUSH, WEBHOOK)
LANGUAGES = ("en", "ko")
DEFAULT_LANGUAGE = "ko"  # the profile's default
URGENT = 1


class Texts(NamedTuple):
    title: str
    message: str


class NotificationType(NamedTuple):
    texts: dict[str, Texts]  # language -> templates
    priority: int
    channels: tuple[str, ...]  # besides the app itself
    setting: str | None  # the account's flag that switches the type off; None: it cannot be
    is_advertising: bool = False
    lifetime: timedelta | None = None  # later than that it is not sent any more; in the app it stays


TYPES: dict[str, NotificationType] = {
    "SIGNAL_ALERT": NotificationType(
        {
            "en": Texts(
                "{symbol}: {signal_type} signal",
                "{symbol} closed at {signal_price} on {session}, {band} Bollinger band.",
            ),
            "ko": Texts(
                "{symbol}: {signal_type} 시그널",
                "{symbol} 종가 {signal_price} ({session}), 볼린저 밴드 {band}.",
            ),
        },
        priority=2,
        channels=OUTSIDE,
        setting="trade_alert_enabled",
        lifetime=timedelta(hours=12),
    ),
    "TRADE_COMPLETE": NotificationType(
        {
            "en": Texts("{symbol}: {side} order filled", "{quantity} {symbol} at {price}."),
            "ko": Texts("{symbol}: {side} 주문 체결", "{symbol} {quantity}주, 체결가 {price}."),
        },
        priority=2,
        channels=OUTSIDE,
        setting="trade_alert_enabled",
        lifetime=timedelta(days=1),
    ),
    "PRICE_ALERT": NotificationType(
        {
            "en": Texts(
                "{symbol} reached {target}",
                "{symbol} closed at {price} on {session}; you asked to be told {way} {target}.",
            ),
            "ko": Texts("{symbol} {target} 도달", "{symbol} 종가 {price} ({session}), 설정한 가격 {target} {way}."),
        },
        priority=3,
        channels=OUTSIDE,
        setting="price_alert_enabled",
        lifetime=timedelta(hours=12),
    ),
    "PORTFOLIO_ALERT": NotificationType(
        {
            "en": Texts("Your portfolio: {event}", "{text}"),
            "ko": Texts("포트폴리오: {event}", "{text}"),
        },
        priority=3,
        channels=OUTSIDE,
        setting="portfolio_alert_enabled",
        lifetime=timedelta(days=1),
    ),
    "ACCOUNT_SECURITY": NotificationType(
        {
            "en": Texts("Security: {event}", "{event}, at {at}. If that was not you, reset your password now."),
            "ko": Texts("보안 알림: {event}", "{event} ({at}). 본인이 아니라면 지금 비밀번호를 재설정하세요."),
        },
        priority=1,
        channels=(EMAIL, SMS, PUSH),
        setting=None,
    ),
    "SYSTEM_NOTICE": NotificationType(
        {"en": Texts("{title}", "{message}"), "ko": Texts("{title_ko}", "{message_ko}")},
        priority=3,
        channels=(EMAIL, PUSH),
        setting=None,
        lifetime=timedelta(days=3),
    ),
    "PROMOTION": NotificationType(
        {"en": Texts("(Ad) {title}", "{message}"), "ko": Texts("(광고) {title_ko}", "{message_ko}")},
        priority=5,
        channels=(EMAIL, SMS, PUSH),
        setting="news_alert_enabled",
        is_advertising=True,
        lifetime=timedelta(days=1),
    ),
}


def texts(type_id: str, data: dict[str, Any]) -> dict[str, Texts]:
    """Language -> the type's texts with the data in them; a missing word is a KeyError."""
    return {
        language: Texts(template.title.format_map(data)[:255], template.message.format_map(data))
        for language, template in TYPES[type_id].texts.items()
    }
