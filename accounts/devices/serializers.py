"""Input checks and schema of devices."""

from rest_framework import serializers

from accounts.models import Device
from config.bodies import Body


class DeviceRegisterInput(Body):
    push_token = serializers.RegexField(r"\A[\x21-\x7e]+\Z", max_length=2000, trim_whitespace=False, write_only=True)
    device_type = serializers.ChoiceField(choices=Device.Kind.choices)
    device_name = serializers.CharField(max_length=100, allow_blank=True, required=False)


class DeviceOutput(serializers.Serializer):
    device_id = serializers.UUIDField()
    device_type = serializers.ChoiceField(choices=Device.Kind.choices)
    device_name = serializers.CharField()
    created_at = serializers.DateTimeField()
    last_seen = serializers.DateTimeField()


class DevicesOutput(serializers.Serializer):
    results = DeviceOutput(many=True)
    next = serializers.CharField(allow_null=True)
