from rest_framework import serializers

from config.paging import PageInput

STATUSES = {"unread": False, "read": True, "all": None}


class ListInput(PageInput):
    status = serializers.ChoiceField(choices=list(STATUSES), default="unread")


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
    created_at = serializers.DateTimeField()
