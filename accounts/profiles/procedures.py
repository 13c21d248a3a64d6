"""The routines of profiles (`sql/global/accounts`), each with its types."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from shards.procedures import call, call_one


class ProfileRow(NamedTuple):
    account_db_key: int
    platform_type: int
    account_id: str
    nickname: str
    email: str
    email_verified: bool
    phone_number: str | None
    phone_verified: bool
    account_level: int
    birth_date: date | None
    gender: str | None
    withdraw_time: datetime | None
    create_time: datetime
    investment_experience: str
    risk_tolerance: str
    investment_goal: str
    monthly_budget: Decimal
    profile_completed: bool
    country: str
    timezone: str
    language: str
    currency: str
    theme: str
    image_hash: bytes | None
    updated_at: datetime


class ContactInfo(NamedTuple):
    account_db_key: int
    account_status: str
    nickname: str
    language: str
    email: str
    email_verified: bool
    phone_number: str | None
    phone_verified: bool


class NotificationSettings(NamedTuple):
    email_notifications_enabled: bool
    sms_notifications_enabled: bool
    push_notifications_enabled: bool
    price_alert_enabled: bool
    news_alert_enabled: bool
    portfolio_alert_enabled: bool
    trade_alert_enabled: bool
    notification_version: int


class NotificationSettingsUpdated(NamedTuple):
    email_notifications_enabled: bool
    sms_notifications_enabled: bool
    push_notifications_enabled: bool
    price_alert_enabled: bool
    news_alert_enabled: bool
    portfolio_alert_enabled: bool
    trade_alert_enabled: bool
    notification_version: int
    is_changed: bool


class NotificationSettingsOfAccount(NamedTuple):
    account_db_key: int
    email_notifications_enabled: bool
    sms_notifications_enabled: bool
    push_notifications_enabled: bool
    price_alert_enabled: bool
    news_alert_enabled: bool
    portfolio_alert_enabled: bool
    trade_alert_enabled: bool
    language: str
    timezone: str
    notification_version: int


class ProfileImage(NamedTuple):
    content: bytes
    content_hash: bytes


def profile_get(*, account_db_key: int) -> ProfileRow:
    return call_one("fp_profile_get", ProfileRow, account_db_key=account_db_key)


def profile_setup(
    *,
    account_db_key: int,
    investment_experience: str,
    risk_tolerance: str,
    investment_goal: str,
    monthly_budget: Decimal,
) -> None:
    call(
        "fp_profile_setup",
        account_db_key=account_db_key,
        investment_experience=investment_experience,
        risk_tolerance=risk_tolerance,
        investment_goal=investment_goal,
        monthly_budget=monthly_budget,
    )


def update_basic_profile(
    *, account_db_key: int, nickname: str | None = None, email: str | None = None, phone_number: str | None = None
) -> None:
    call(
        "fp_update_basic_profile",
        account_db_key=account_db_key,
        nickname=nickname,
        email=email,
        phone_number=phone_number,
    )


def update_profile_all(
    *,
    account_db_key: int,
    nickname: str | None = None,
    email: str | None = None,
    phone_number: str | None = None,
    birth_date: str | None = None,
    gender: str | None = None,
    investment_experience: str | None = None,
    risk_tolerance: str | None = None,
    investment_goal: str | None = None,
    monthly_budget: Decimal | None = None,
    country: str | None = None,
    timezone: str | None = None,
    language: str | None = None,
    currency: str | None = None,
    theme: str | None = None,
) -> None:
    call(
        "fp_update_profile_all",
        account_db_key=account_db_key,
        nickname=nickname,
        email=email,
        phone_number=phone_number,
        birth_date=birth_date,
        gender=gender,
        investment_experience=investment_experience,
        risk_tolerance=risk_tolerance,
        investment_goal=investment_goal,
        monthly_budget=monthly_budget,
        country=country,
        timezone=timezone,
        language=language,
        currency=currency,
        theme=theme,
    )


def get_user_contact_info(*, account_db_key: int) -> ContactInfo:
    return call_one("fp_get_user_contact_info", ContactInfo, account_db_key=account_db_key)


def get_user_notification_settings(*, account_db_key: int) -> NotificationSettings:
    return call_one("fp_get_user_notification_settings", NotificationSettings, account_db_key=account_db_key)


def update_notification_settings(
    *,
    account_db_key: int,
    email_notifications_enabled: bool | None = None,
    sms_notifications_enabled: bool | None = None,
    push_notifications_enabled: bool | None = None,
    price_alert_enabled: bool | None = None,
    news_alert_enabled: bool | None = None,
    portfolio_alert_enabled: bool | None = None,
    trade_alert_enabled: bool | None = None,
) -> NotificationSettingsUpdated:
    return call_one(
        "fp_update_notification_settings",
        NotificationSettingsUpdated,
        account_db_key=account_db_key,
        email_notifications_enabled=email_notifications_enabled,
        sms_notifications_enabled=sms_notifications_enabled,
        push_notifications_enabled=push_notifications_enabled,
        price_alert_enabled=price_alert_enabled,
        news_alert_enabled=news_alert_enabled,
        portfolio_alert_enabled=portfolio_alert_enabled,
        trade_alert_enabled=trade_alert_enabled,
    )


def notification_settings_of_shard(
    *, shard_id: int, after_account_db_key: int, limit: int
) -> list[NotificationSettingsOfAccount]:
    return call(
        "fp_notification_settings_of_shard",
        NotificationSettingsOfAccount,
        shard_id=shard_id,
        after_account_db_key=after_account_db_key,
        limit=limit,
    )


def profile_image_put(*, account_db_key: int, content: bytes | None, content_hash: bytes | None) -> None:
    call("fp_profile_image_put", account_db_key=account_db_key, content=content, content_hash=content_hash)


def profile_image_get(*, account_db_key: int) -> ProfileImage | None:
    rows = call("fp_profile_image_get", ProfileImage, account_db_key=account_db_key)
    return rows[0] if rows else None
