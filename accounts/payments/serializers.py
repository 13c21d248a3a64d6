"""Input checks and schema of plans and payments; answers are the routines' rows."""

from typing import Any

from rest_framework import serializers

from accounts.models import Payment, Plan
from config.bodies import Body


class PriceField(serializers.DecimalField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=19, decimal_places=6, **kwargs)


class PlanChangeInput(Body):
    payment_plan = serializers.ChoiceField(choices=Plan.Name.choices)
    billing_cycle = serializers.ChoiceField(choices=Payment.Cycle.choices, required=False)
    payment_method_id = serializers.UUIDField(required=False)


class AutoRenewalInput(Body):
    auto_renewal = serializers.BooleanField()


class PlanOutput(serializers.Serializer):
    payment_id = serializers.UUIDField()
    payment_plan = serializers.ChoiceField(choices=Plan.Name.choices)
    plan_name = serializers.CharField()
    plan_price = PriceField()
    currency = serializers.CharField()
    billing_cycle = serializers.ChoiceField(choices=Payment.Cycle.choices)
    payment_status = serializers.ChoiceField(choices=Payment.Status.choices)
    starts_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    access_until = serializers.DateTimeField(allow_null=True)
    auto_renewal = serializers.BooleanField()
    next_billing_at = serializers.DateTimeField(allow_null=True)
    payment_method = serializers.UUIDField(allow_null=True)
    pending_plan = serializers.ChoiceField(choices=Plan.Name.choices, allow_null=True)
    usable_plan = serializers.ChoiceField(choices=Plan.Name.choices)
    alarms = serializers.IntegerField()
    chat_tokens_per_day = serializers.IntegerField()


class OfferOutput(serializers.Serializer):
    payment_plan = serializers.ChoiceField(choices=Plan.Name.choices)
    plan_name = serializers.CharField()
    monthly_price = PriceField()
    yearly_price = PriceField()
    currency = serializers.CharField()
    alarms = serializers.IntegerField()
    chat_tokens_per_day = serializers.IntegerField()


class OffersOutput(serializers.Serializer):
    results = OfferOutput(many=True)
    next = serializers.CharField(allow_null=True)


class PaymentOutput(serializers.Serializer):
    payment_id = serializers.UUIDField()
    payment_plan = serializers.ChoiceField(choices=Plan.Name.choices)
    plan_name = serializers.CharField()
    plan_price = PriceField()
    currency = serializers.CharField()
    billing_cycle = serializers.ChoiceField(choices=Payment.Cycle.choices)
    payment_status = serializers.ChoiceField(choices=Payment.Status.choices)
    starts_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    charged = PriceField()


class PaymentMethodInput(Body):
    provider_token = serializers.RegexField(
        r"\A[\x21-\x7e]+\Z", max_length=255, trim_whitespace=False, write_only=True, help_text="What the provider gave."
    )


class PaymentMethodOutput(serializers.Serializer):
    payment_method_id = serializers.UUIDField()
    provider = serializers.CharField()
    brand = serializers.CharField()
    last_four = serializers.CharField()
    is_default = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class PaymentMethodsOutput(serializers.Serializer):
    results = PaymentMethodOutput(many=True)
    next = serializers.CharField(allow_null=True)
