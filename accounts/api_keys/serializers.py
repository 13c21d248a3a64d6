"""Input checks and schema of API keys. What goes in is never in an answer."""

from typing import Any

from rest_framework import serializers

from config.bodies import Body


class KeyField(serializers.RegexField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            r"\A[\x21-\x7e]+\Z", max_length=255, trim_whitespace=False, required=False, allow_null=True, **kwargs
        )


class ApiKeysInput(Body):
    korea_investment_app_key = KeyField(write_only=True)
    korea_investment_app_secret = KeyField(write_only=True)
    alpha_vantage_key = KeyField(write_only=True)
    polygon_key = KeyField(write_only=True)
    finnhub_key = KeyField(write_only=True)
    korea_investment_quote_allowed = serializers.BooleanField(required=False)
    korea_investment_trade_allowed = serializers.BooleanField(required=False)
    alpha_vantage_quote_allowed = serializers.BooleanField(required=False)
    polygon_quote_allowed = serializers.BooleanField(required=False)
    finnhub_quote_allowed = serializers.BooleanField(required=False)


class ApiKeysOutput(serializers.Serializer):
    korea_investment_app_key = serializers.CharField(allow_null=True)
    korea_investment_app_secret = serializers.CharField(allow_null=True)
    alpha_vantage_key = serializers.CharField(allow_null=True)
    polygon_key = serializers.CharField(allow_null=True)
    finnhub_key = serializers.CharField(allow_null=True)
    korea_investment_quote_allowed = serializers.BooleanField()
    korea_investment_trade_allowed = serializers.BooleanField()
    alpha_vantage_quote_allowed = serializers.BooleanField()
    polygon_quote_allowed = serializers.BooleanField()
    finnhub_quote_allowed = serializers.BooleanField()
    created_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField(allow_null=True)
