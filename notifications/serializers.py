from typing import Any

from rest_framework import serializers

from config.paging import PageInput

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
