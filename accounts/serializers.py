"""Input checks and schema of auth; answers are the routines' rows."""

from typing import Any

from rest_framework import serializers

from accounts.models import Account
from config.bodies import Body


class PlatformField(serializers.ChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=Account.Platform.choices, default=Account.Platform.WEB, **kwargs)


class SignupInput(Body):
    account_id = serializers.RegexField(r"^[^\s]+(?!\s)$", max_length=100, trim_whitespace=False)
    password = serializers.CharField(max_length=1000, trim_whitespace=False, write_only=True)
    nickname = serializers.CharField(max_length=50, trim_whitespace=False)
    email = serializers.EmailField(max_length=254)
    platform_type = PlatformField()


class SignupOutput(serializers.Serializer):
    account_db_key = serializers.IntegerField()
    account_id = serializers.CharField()
    nickname = serializers.CharField()


class LoginInput(Body):
    account_id = serializers.CharField(max_length=100, trim_whitespace=False)
    password = serializers.CharField(max_length=1000, trim_whitespace=False, write_only=True)
    platform_type = PlatformField()


class LoginOutput(serializers.Serializer):
    token = serializers.CharField()
    expires_at = serializers.DateTimeField()
    account_db_key = serializers.IntegerField()
    nickname = serializers.CharField()
    account_level = serializers.IntegerField()
    profile_completed = serializers.BooleanField()
    first_login = serializers.BooleanField()


class SecondStepOutput(serializers.Serializer):
    ticket = serializers.CharField()
    expires_at = serializers.DateTimeField()


class SecondStepInput(Body):
    ticket = serializers.CharField(max_length=300)
    code = serializers.CharField(min_length=6, max_length=30)


class SessionOutput(serializers.Serializer):
    session_id = serializers.UUIDField()
    address = serializers.CharField()
    created_at = serializers.DateTimeField()
    last_seen = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    is_current = serializers.BooleanField()
