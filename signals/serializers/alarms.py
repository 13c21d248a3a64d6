"""Alarms: input checks and schema; answers are the routines' rows."""

from decimal import Decimal

from rest_framework import serializers

from config.bodies import Body
from signals.detection import HYSTERESES, LONGEST_COOLDOWN
from signals.models.market import SIDES
from signals.serializers.fields import PriceField

ALARM_SIDES = ["BOTH", *SIDES]
ALARM_STATES = ["armed", "fired", "cooling", "expired", "off"]


class BandFields(Body):
    window = serializers.IntegerField(min_value=2, max_value=250, required=False)
    k = serializers.DecimalField(
        max_digits=6, decimal_places=3, min_value=Decimal("0.001"), max_value=Decimal("20"), required=False
    )
    note = serializers.CharField(max_length=500, allow_blank=True, required=False, trim_whitespace=False)
    side = serializers.ChoiceField(choices=ALARM_SIDES, required=False)
    cooldown = serializers.IntegerField(
        min_value=0,
        max_value=LONGEST_COOLDOWN,
        required=False,
        help_text="Sessions without a signal after one.",
    )
    hysteresis = serializers.ChoiceField(
        choices=HYSTERESES,
        required=False,
        help_text="Per cent of the band's width that the close must come back before the next signal on that side.",
    )


class AlarmCreateInput(BandFields):
    symbol = serializers.CharField(max_length=50)
    expires_on = serializers.DateField(required=False, help_text="The last session on which it fires.")


class AlarmUpdateInput(BandFields):
    is_active = serializers.BooleanField(required=False)
    expires_on = serializers.DateField(required=False, help_text="The last session on which it fires.")
    never_expires = serializers.BooleanField(required=False)


class LastJudgedOutput(serializers.Serializer):
    session = serializers.DateField()
    close = PriceField(help_text="As traded.")
    percent_b = serializers.FloatField(allow_null=True, help_text="0 on the lower band, 1 on the upper.")
    fired = serializers.BooleanField()
    reason = serializers.CharField()


class PreviewOutput(serializers.Serializer):
    """What the alarm would have done in the last year of sessions."""

    sessions = serializers.IntegerField()
    signals = serializers.IntegerField()
    buy_signals = serializers.IntegerField()
    sell_signals = serializers.IntegerField()
    win_signals = serializers.IntegerField(help_text="At least 1 % right a session later.")
    flat_signals = serializers.IntegerField()
    wrong_signals = serializers.IntegerField()
    average_profit_rate = serializers.DecimalField(max_digits=10, decimal_places=6, allow_null=True)
    median_gap = serializers.FloatField(allow_null=True, help_text="Sessions from one signal to the next.")
    reason = serializers.CharField(allow_blank=True, help_text="Why it would not have fired.")


class AlarmOutput(serializers.Serializer):
    alarm_id = serializers.UUIDField()
    symbol = serializers.CharField()
    company_name = serializers.CharField()
    current_price = PriceField()
    exchange = serializers.CharField()
    currency = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    band_window = serializers.IntegerField()
    band_k = serializers.DecimalField(max_digits=6, decimal_places=3)
    side = serializers.ChoiceField(choices=ALARM_SIDES)
    cooldown = serializers.IntegerField()
    hysteresis = serializers.IntegerField()
    expires_on = serializers.DateField(allow_null=True)
    since_session = serializers.DateField()
    is_active = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=ALARM_STATES)
    fired_on = serializers.DateField(allow_null=True, help_text="The session of its last signal.")
    last_judged = LastJudgedOutput(allow_null=True, help_text="The last bar that it looked at.")


class AlarmCreatedOutput(AlarmOutput):
    preview = PreviewOutput()
