"""What an account wants of its notifications, and where else it wants to be told: reads and changes."""

import secrets
from datetime import time
from typing import Any, NamedTuple
from uuid import UUID

from accounts import keyring
from notifications.delivery import procedures
from notifications.delivery.targets import SECRET
from notifications.delivery.webhooks import checked_address
from notifications.exceptions import ChannelUnknown, QuietHoursIncomplete
from notifications.models import NotificationPreference, NotificationSettings
from notifications.types import OUTSIDE, TYPES
from shards.fields import new_public_id
from shards.placement import on_account
from shards.transactions import in_account_transaction

FOLLOWED = ("language", "timezone")  # of the profile
OWN = ("quiet_from", "quiet_until", "is_advertising_allowed")

_put_hours = in_account_transaction(procedures.notification_hours_put)
_put_preference = in_account_transaction(procedures.notification_preference_put)
_insert_webhook = in_account_transaction(procedures.notification_webhook_insert)
webhook_delete = in_account_transaction(procedures.notification_webhook_delete)


class WebhookMade(NamedTuple):
    webhook_id: UUID
    url: str
    secret: str


def preferences(*, account_db_key: int) -> dict[str, Any]:
    with on_account(account_db_key):
        hours = _hours(account_db_key)
        rows = NotificationPreference.objects.filter(account_db_key=account_db_key).order_by("type_id", "channel")
        single = list(rows.values("type_id", "channel", "is_enabled", "min_priority"))
    return hours | {
        "quiet_from": _shown(hours["quiet_from"]),
        "quiet_until": _shown(hours["quiet_until"]),
        "preferences": single,
    }


def hours_update(*, account_db_key: int, **given: Any) -> dict[str, Any]:
    """Change what is given; raises QuietHoursIncomplete when only one end of the quiet hours would be there."""
    with on_account(account_db_key):
        hours = _hours(account_db_key)
    for name in ("quiet_from", "quiet_until"):
        if given.get(name) is not None:
            given[name] = time.fromisoformat(given[name])
    hours |= given
    if (hours["quiet_from"] is None) != (hours["quiet_until"] is None):
        raise QuietHoursIncomplete
    _put_hours(account_db_key=account_db_key, **{name: hours[name] for name in OWN})
    return preferences(account_db_key=account_db_key)


def preference_put(
    *, account_db_key: int, type_id: str, channel: str, is_enabled: bool, min_priority: int
) -> dict[str, Any]:
    """Raises ChannelUnknown for a type or channel that there is not."""
    if type_id not in TYPES or channel not in OUTSIDE:
        raise ChannelUnknown
    _put_preference(
        account_db_key=account_db_key,
        type_id=type_id,
        channel=channel,
        is_enabled=is_enabled,
        min_priority=min_priority,
    )
    return preferences(account_db_key=account_db_key)


def webhooks(*, account_db_key: int) -> list[procedures.Webhook]:
    with on_account(account_db_key):
        return procedures.notification_webhooks_get(account_db_key=account_db_key)


def webhook_create(*, account_db_key: int, url: str) -> WebhookMade:
    """Raises WebhookRefused, WebhookLimitReached. The address is looked at again each time that something is sent."""
    checked_address(url)
    made = WebhookMade(new_public_id(), url, secrets.token_urlsafe(32))
    _insert_webhook(
        webhook_id=made.webhook_id,
        account_db_key=account_db_key,
        url=url,
        secret=keyring.encrypt(made.secret, column=SECRET, account_db_key=account_db_key),
    )
    return made


def _hours(account_db_key: int) -> dict[str, Any]:
    """The account's row, or the defaults."""
    row = NotificationSettings.objects.filter(pk=account_db_key).first() or NotificationSettings(pk=account_db_key)
    return {name: getattr(row, name) for name in (*FOLLOWED, *OWN)}


def _shown(value: time | None) -> str | None:
    return None if value is None else value.strftime("%H:%M")
