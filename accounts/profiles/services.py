"""What changes profiles and notification settings, all on the global database."""

import hashlib
from datetime import date
from typing import Any

from accounts.models import Account, Profile
from accounts.passwords.hashing import is_password
from accounts.profiles import images, procedures
from accounts.profiles.exceptions import EmailNeedsPassword
from accounts.profiles.procedures import NotificationSettings, ProfileRow
from shards.outbox.publishing import publish
from shards.outbox.registry import event_type
from shards.transactions import in_global_transaction

BASIC = {"nickname", "email", "phone_number"}
FOLLOWED = {"language", "timezone"}  # of the profile; notifications follow them
SETTINGS_CHANGED = event_type("account.notification_settings_changed")


@in_global_transaction
def profile_setup(*, account_db_key: int, **answers: Any) -> ProfileRow:
    """The questions after sign-up, answered; `profile_completed` is true from then on."""
    procedures.profile_setup(account_db_key=account_db_key, **answers)
    return procedures.profile_get(account_db_key=account_db_key)


def profile_change(*, account_db_key: int, current_password: str | None = None, **changes: Any) -> ProfileRow:
    """`profile_update` for the account itself: another e-mail address needs the password, because whoever reads its
    mail can reset the password. Raises EmailNeedsPassword."""
    account = Account.objects.only("email", "password").get(pk=account_db_key)
    if changes.get("email", account.email) != account.email and (
        current_password is None or not is_password(current_password, account.password)
    ):
        raise EmailNeedsPassword
    return profile_update(account_db_key=account_db_key, **changes)


@in_global_transaction
def profile_update(*, account_db_key: int, **changes: Any) -> ProfileRow:
    """Change what is given; None removes a phone number, birth date or gender. Raises EmailTaken.

    Another e-mail address or phone number is not verified. Who may change the address is the caller's to decide.
    """
    columns = {name: _as_column(value) for name, value in changes.items()}
    if columns and set(columns) <= BASIC:
        procedures.update_basic_profile(account_db_key=account_db_key, **columns)
    elif columns:
        procedures.update_profile_all(account_db_key=account_db_key, **columns)
        if FOLLOWED & set(columns):
            _tell_shard(account_db_key)
    return procedures.profile_get(account_db_key=account_db_key)


@in_global_transaction
def notification_settings_update(*, account_db_key: int, **flags: bool) -> NotificationSettings:
    """Change the flags that are given, and tell the account's shard, whose copy follows by an event."""
    row = procedures.update_notification_settings(account_db_key=account_db_key, **flags)
    updated = NotificationSettings(*row[:-1])
    if row.is_changed:
        _tell_shard(account_db_key)
    return updated


def _tell_shard(account_db_key: int) -> None:
    """All that its copy has, as it stands in this transaction, which has the profile's row."""
    names = [*NotificationSettings._fields, *sorted(FOLLOWED)]
    publish(
        SETTINGS_CHANGED,
        partition_key=account_db_key,
        aggregate_id=account_db_key,
        event_data={"account_db_key": account_db_key, **Profile.objects.values(*names).get(pk=account_db_key)},
    )


def profile_image_set(*, account_db_key: int, uploaded: bytes) -> None:
    """Keep a picture as it is encoded here; raises ImageInvalid, ImageTooLarge."""
    content = images.encoded(uploaded)
    _image_put(account_db_key=account_db_key, content=content, content_hash=hashlib.sha256(content).digest())


def profile_image_remove(*, account_db_key: int) -> None:
    """Removing none is fine."""
    _image_put(account_db_key=account_db_key, content=None, content_hash=None)


_image_put = in_global_transaction(procedures.profile_image_put)


def _as_column(value: Any) -> Any:
    """The routines read NULL as "leave it", so what is removed is an empty text."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else value
