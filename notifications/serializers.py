from typing import Any

from rest_framework import serializers

from config.bodies import Body
from config.paging import PageInput
from notifications.types import LANGUAGES, OUTSIDE, TYPES

STATUSES = ("unread", "read", "all")


class ListInput(PageInput):
    status = serializers.ChoiceField(choices=STATUSES, default="unread")


class StatsInput(serializers.Serializer[Any]):
    days = serializers.IntegerField(min_value=1, max_value=366, default=7)


class NotificationOutput(serializers.Serializer):
    notification_id = serializers.UUIDField()
    type_id = serializers.CharField()
    source_id = serializers.UUIDField()
    title = serializers.CharField()
    message = serializers.CharField()
    data = serializers.DictField(allow_null=True)  # type: ignore[assignment]  # a column's name, and DRF's
    priority = serializers.IntegerField(min_value=1, max_value=5)
    is_read = serializers.BooleanField()
    read_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class ReadAllOutput(serializers.Serializer):
    updated_count = serializers.IntegerField()
    unread_count = serializers.IntegerField()


class DayOutput(serializers.Serializer):
    date = serializers.DateField(help_text="In UTC, of creation: what becomes of a notification later counts here.")
    total_count = serializers.IntegerField(help_text="Ever created: the sum of the five states.")
    unread_count = serializers.IntegerField()
    read_count = serializers.IntegerField()
    deleted_count = serializers.IntegerField()
    auto_deleted_count = serializers.IntegerField(help_text="Read, shown, and gone by themselves.")
    expired_count = serializers.IntegerField()
    priority_1_count = serializers.IntegerField()
    priority_2_count = serializers.IntegerField()
    priority_3_count = serializers.IntegerField()
    priority_4_count = serializers.IntegerField()
    priority_5_count = serializers.IntegerField()


class StatsOutput(serializers.Serializer):
    results = DayOutput(many=True)
    next = serializers.CharField(allow_null=True)
    unread_count = serializers.IntegerField(help_text="Of all days.")


class TraceRowOutput(serializers.Serializer):
    created_at = serializers.DateTimeField()
    channel = serializers.CharField()
    decision = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)


class TraceOutput(serializers.Serializer):
    results = TraceRowOutput(many=True)
    next = serializers.CharField(allow_null=True)


class TimeField(serializers.RegexField):
    """HH:MM, local time of the account's zone."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"^([01][0-9]|2[0-3]):[0-5][0-9]$", **kwargs)


class PreferencesInput(Body):
    quiet_from = TimeField(required=False, allow_null=True, max_length=5)
    quiet_until = TimeField(required=False, allow_null=True, max_length=5)
    is_advertising_allowed = serializers.BooleanField(required=False)


class PreferenceInput(Body):
    is_enabled = serializers.BooleanField()
    min_priority = serializers.IntegerField(min_value=1, max_value=5, default=5)


class PreferenceOutput(serializers.Serializer):
    type_id = serializers.ChoiceField(choices=list(TYPES))
    channel = serializers.ChoiceField(choices=OUTSIDE)
    is_enabled = serializers.BooleanField()
    min_priority = serializers.IntegerField(help_text="At least so urgent: 1 only urgent ones, 5 all.")


class PreferencesOutput(serializers.Serializer):
    language = serializers.ChoiceField(choices=LANGUAGES, help_text="The profile's, as is the zone.")
    timezone = serializers.CharField()
    quiet_from = serializers.CharField(allow_null=True, help_text="HH:MM in the zone; null with quiet_until: none.")
    quiet_until = serializers.CharField(allow_null=True)
    is_advertising_allowed = serializers.BooleanField()
    preferences = PreferenceOutput(many=True)


class WebhookInput(Body):
    url = serializers.CharField(max_length=500)


class WebhookOutput(serializers.Serializer):
    webhook_id = serializers.UUIDField()
    url = serializers.CharField()
    created_at = serializers.DateTimeField()


class WebhookMadeOutput(serializers.Serializer):
    webhook_id = serializers.UUIDField()
    url = serializers.CharField()
    secret = serializers.CharField(help_text="Signs what we send; shown this once.")


class WebhooksOutput(serializers.Serializer):
    results = WebhookOutput(many=True)
    next = serializers.CharField(allow_null=True)
