"""Reads of profiles, all on the global database."""

from accounts.models import Account
from accounts.profiles import procedures
from accounts.profiles.procedures import ContactInfo, NotificationSettings, ProfileImage, ProfileRow


def profile(*, account_db_key: int) -> ProfileRow:
    return procedures.profile_get(account_db_key=account_db_key)


def notification_settings(*, account_db_key: int) -> NotificationSettings:
    return procedures.get_user_notification_settings(account_db_key=account_db_key)


def profile_image(*, account_db_key: int) -> ProfileImage | None:
    return procedures.profile_image_get(account_db_key=account_db_key)


def contact_info(*, account_db_key: int) -> ContactInfo | None:
    """Where something may be sent to: None unless the account is in good standing. Raises AccountUnknown.

    What is not verified must not be used but for verifying it: the flags say so.
    """
    info = procedures.get_user_contact_info(account_db_key=account_db_key)
    return info if info.account_status == Account.Status.NORMAL else None
