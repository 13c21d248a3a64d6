"""Input checks and schema of the second factor."""

from rest_framework import serializers

from accounts.passwords.serializers import PasswordField
from config.bodies import Body


class BeginInput(Body):
    current_password = PasswordField()


class BeginOutput(serializers.Serializer):
    secret = serializers.CharField()
    otpauth_uri = serializers.CharField()


class ConfirmInput(Body):
    code = serializers.CharField(min_length=6, max_length=6)


class ConfirmOutput(serializers.Serializer):
    recovery_codes = serializers.ListField(child=serializers.CharField())


class RemoveInput(Body):
    current_password = PasswordField()
    code = serializers.CharField(min_length=6, max_length=30)


class FactorOutput(serializers.Serializer):
    is_active = serializers.BooleanField()
    recovery_codes_left = serializers.IntegerField()
