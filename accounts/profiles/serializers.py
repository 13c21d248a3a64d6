"""Input checks and schema of profiles; answers are the routines' rows."""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import available_timezones

import pycountry
from rest_framework import serializers

from accounts.models import Account, Profile
from config.bodies import Body

EARLIEST_BIRTH = date(1900, 1, 1)
LONGEST_TIMEZONE = 50


@cache
def _timezones() -> frozenset[str]:
    return frozenset(name for name in available_timezones() if len(name) <= LONGEST_TIMEZONE)


def _country(value: str) -> None:
    if pycountry.countries.get(alpha_3=value) is None or not value.isupper():
        raise serializers.ValidationError("Not a country: three letters of ISO 3166-1, such as KOR.")


def _timezone(value: str) -> None:
    if value not in _timezones():
        raise serializers.ValidationError("Not a time zone of the IANA database, such as Asia/Seoul.")


def _currency(value: str) -> None:
    if pycountry.currencies.get(alpha_3=value) is None or not value.isupper():
        raise serializers.ValidationError("Not a currency: three letters of ISO 4217, such as KRW.")


def _birth_date(value: date) -> None:
    if not EARLIEST_BIRTH <= value <= datetime.now(UTC).date():
        raise serializers.ValidationError("Not a date on which somebody who lives was born.")


class BudgetField(serializers.DecimalField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=19, decimal_places=6, **kwargs)


class ProfileSetupInput(Body):
    investment_experience = serializers.ChoiceField(choices=Profile.Experience.choices)
    risk_tolerance = serializers.ChoiceField(choices=Profile.Risk.choices)
    investment_goal = serializers.ChoiceField(choices=Profile.Goal.choices)
    monthly_budget = BudgetField(min_value=Decimal(0))


class ProfileUpdateInput(Body):
    nickname = serializers.CharField(max_length=50, trim_whitespace=False, required=False)
    email = serializers.EmailField(max_length=254, required=False)
    phone_number = serializers.RegexField(
        r"\A\+[1-9][0-9]{6,14}\Z",
        trim_whitespace=False,
        required=False,
        allow_null=True,
        help_text="E.164, such as +821012345678.",
    )
    birth_date = serializers.DateField(required=False, allow_null=True, validators=[_birth_date])
    gender = serializers.ChoiceField(choices=Account.Gender.choices, required=False, allow_null=True)
    investment_experience = serializers.ChoiceField(choices=Profile.Experience.choices, required=False)
    risk_tolerance = serializers.ChoiceField(choices=Profile.Risk.choices, required=False)
    investment_goal = serializers.ChoiceField(choices=Profile.Goal.choices, required=False)
    monthly_budget = BudgetField(min_value=Decimal(0), required=False)
    country = serializers.CharField(max_length=3, required=False, validators=[_country])
    timezone = serializers.CharField(max_length=LONGEST_TIMEZONE, required=False, validators=[_timezone])
    language = serializers.ChoiceField(choices=Profile.Language.choices, required=False)
    currency = serializers.CharField(max_length=3, required=False, validators=[_currency])
    theme = serializers.ChoiceField(choices=Profile.Theme.choices, required=False)
    current_password = serializers.CharField(
        max_length=1000,
        trim_whitespace=False,
        write_only=True,
        required=False,
        help_text="With another e-mail address.",
    )


class ProfileOutput(serializers.Serializer):
    account_db_key = serializers.IntegerField()
    platform_type = serializers.IntegerField()
    account_id = serializers.CharField()
    nickname = serializers.CharField()
    email = serializers.CharField()
    email_verified = serializers.BooleanField()
    phone_number = serializers.CharField(allow_null=True)
    phone_verified = serializers.BooleanField()
    account_level = serializers.IntegerField()
    birth_date = serializers.DateField(allow_null=True)
    gender = serializers.ChoiceField(choices=Account.Gender.choices, allow_null=True)
    withdraw_time = serializers.DateTimeField(allow_null=True)
    create_time = serializers.DateTimeField()
    investment_experience = serializers.ChoiceField(choices=Profile.Experience.choices)
    risk_tolerance = serializers.ChoiceField(choices=Profile.Risk.choices)
    investment_goal = serializers.ChoiceField(choices=Profile.Goal.choices)
    monthly_budget = BudgetField()
    profile_completed = serializers.BooleanField()
    country = serializers.CharField()
    timezone = serializers.CharField()
    language = serializers.ChoiceField(choices=Profile.Language.choices)
    currency = serializers.CharField()
    theme = serializers.ChoiceField(choices=Profile.Theme.choices)
    image_hash = serializers.CharField(allow_null=True, help_text="SHA-256 of GET profile/image; null without one.")
    updated_at = serializers.DateTimeField()


class NotificationSettingsInput(Body):
    email_notifications_enabled = serializers.BooleanField(required=False)
    sms_notifications_enabled = serializers.BooleanField(required=False)
    push_notifications_enabled = serializers.BooleanField(required=False)
    price_alert_enabled = serializers.BooleanField(required=False)
    news_alert_enabled = serializers.BooleanField(required=False)
    portfolio_alert_enabled = serializers.BooleanField(required=False)
    trade_alert_enabled = serializers.BooleanField(required=False)


class NotificationSettingsOutput(serializers.Serializer):
    email_notifications_enabled = serializers.BooleanField()
    sms_notifications_enabled = serializers.BooleanField()
    push_notifications_enabled = serializers.BooleanField()
    price_alert_enabled = serializers.BooleanField()
    news_alert_enabled = serializers.BooleanField()
    portfolio_alert_enabled = serializers.BooleanField()
    trade_alert_enabled = serializers.BooleanField()
    notification_version = serializers.IntegerField()
