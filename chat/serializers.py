"""Input checks and schema of chat; answers are the routines' rows."""

from typing import Any

from rest_framework import serializers

from chat.models import MESSAGE_TYPES
from config.bodies import Body
from config.paging import PageInput

LONGEST_MESSAGE = 8_000  # characters
PATHS = {"current": True, "all": False}


def is_visible(text: str) -> None:
    if not text.strip():
        raise serializers.ValidationError("Say something.")


class RoomCreateInput(Body):
    title = serializers.CharField(max_length=200, allow_blank=True, required=False)
    ai_persona = serializers.CharField(max_length=100)


class RoomUpdateInput(Body):
    title = serializers.CharField(max_length=200, required=False)
    ai_persona = serializers.CharField(max_length=100, required=False)
    is_archived = serializers.BooleanField(required=False)
    current_message_id = serializers.UUIDField(required=False)


class RoomOutput(serializers.Serializer):
    room_id = serializers.UUIDField()
    title = serializers.CharField(allow_blank=True)
    ai_persona = serializers.CharField()
    is_archived = serializers.BooleanField()
    message_count = serializers.IntegerField()
    last_message_id = serializers.UUIDField(allow_null=True)
    last_message_at = serializers.DateTimeField(allow_null=True)
    activity_at = serializers.DateTimeField()
    leaf_message_id = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class RoomListInput(PageInput):
    archived = serializers.BooleanField(required=False, default=False)


class MessageListInput(PageInput):
    direction = serializers.ChoiceField(choices=["older", "newer"], required=False, default="older")
    path = serializers.ChoiceField(choices=list(PATHS), required=False, default="current")


class MessageInput(Body):
    content = serializers.CharField(
        max_length=LONGEST_MESSAGE, trim_whitespace=False, allow_blank=True, validators=[is_visible]
    )
    client_message_id = serializers.CharField(max_length=100, required=False)
    edited_message_id = serializers.UUIDField(required=False)
    reply = serializers.BooleanField(required=False, default=True)


class MessageOutput(serializers.Serializer):
    message_id = serializers.UUIDField()
    sequence_no = serializers.IntegerField()
    message_type = serializers.ChoiceField(choices=MESSAGE_TYPES)
    content = serializers.CharField(allow_blank=True)
    metadata = serializers.DictField()
    parent_message_id = serializers.UUIDField(allow_null=True)
    on_path = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class SentOutput(serializers.Serializer):
    message = MessageOutput()
    reply_id = serializers.UUIDField(allow_null=True)


class AgainInput(Body):
    client_message_id = serializers.CharField(max_length=100, required=False)


class SearchInput(PageInput):
    q = serializers.CharField(max_length=200)


class FoundOutput(serializers.Serializer):
    message_id = serializers.UUIDField()
    room_id = serializers.UUIDField()
    title = serializers.CharField(allow_blank=True)
    sequence_no = serializers.IntegerField()
    message_type = serializers.ChoiceField(choices=MESSAGE_TYPES)
    content = serializers.CharField()
    created_at = serializers.DateTimeField()


class ChatDayOutput(serializers.Serializer):
    date = serializers.DateField()
    total_messages = serializers.IntegerField()
    user_messages = serializers.IntegerField()
    ai_messages = serializers.IntegerField()
    total_tokens = serializers.IntegerField()
    reserved_tokens = serializers.IntegerField()
    active_rooms = serializers.IntegerField()


class StatisticsInput(PageInput):
    pass


class ExportInput(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=["json", "markdown"], required=False, default="json")


class PersonaOutput(serializers.Serializer):
    ai_persona = serializers.CharField()
    display_name = serializers.CharField()
    version = serializers.IntegerField()
    is_available = serializers.BooleanField()


class PersonasOutput(serializers.Serializer):
    results = PersonaOutput(many=True)
    next = serializers.CharField(allow_null=True)


class ReplyOutput(serializers.Serializer):
    reply_id = serializers.UUIDField()


class StopOutput(serializers.Serializer):
    stopping = serializers.BooleanField()
