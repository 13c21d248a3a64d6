"""Input checks and schema of signals; answers are the routines' rows."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from config.bodies import Body
from config.paging import PageInput
from signals.kalman_health import Health
from signals.models.market import SIDES
from signals.regime import STATES
from signals.tracking.steps import SIDES as KALMAN_SIDES


class PriceField(serializers.DecimalField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=19, decimal_places=6, **kwargs)


class BandFields(Body):
    window = serializers.IntegerField(min_value=2, max_value=250, required=False)
    k = serializers.DecimalField(
        max_digits=6, decimal_places=3, min_value=Decimal("0.001"), max_value=Decimal("20"), required=False
    )
    note = serializers.CharField(max_length=500, allow_blank=True, required=False, trim_whitespace=False)


class AlarmCreateInput(BandFields):
    symbol = serializers.CharField(max_length=50)


class AlarmUpdateInput(BandFields):
    is_active = serializers.BooleanField(required=False)


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
    since_session = serializers.DateField()
    is_active = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class HistoryInput(PageInput):
    symbol = serializers.CharField(max_length=50, required=False)
    alarm_id = serializers.UUIDField(required=False)


class HistoryOutput(serializers.Serializer):
    signal_id = serializers.UUIDField()
    alarm_id = serializers.UUIDField()
    source = serializers.CharField()  # type: ignore[assignment]  # a column's name, and DRF's for another thing
    symbol = serializers.CharField()
    band_window = serializers.IntegerField()
    band_k = serializers.DecimalField(max_digits=6, decimal_places=3)
    session = serializers.DateField()
    signal_type = serializers.ChoiceField(choices=SIDES)
    signal_price = PriceField()
    volume = serializers.IntegerField()
    triggered_at = serializers.DateTimeField()
    price_after_1d = PriceField(allow_null=True)
    profit_rate = serializers.DecimalField(max_digits=10, decimal_places=6, allow_null=True)
    is_win = serializers.BooleanField(allow_null=True)
    evaluated_at = serializers.DateTimeField(allow_null=True)


class StatisticsOutput(serializers.Serializer):
    total_alarms = serializers.IntegerField()
    active_alarms = serializers.IntegerField()
    total_signals = serializers.IntegerField()
    buy_signals = serializers.IntegerField()
    sell_signals = serializers.IntegerField()
    evaluated_signals = serializers.IntegerField()
    pending_signals = serializers.IntegerField()
    win_signals = serializers.IntegerField()
    flat_signals = serializers.IntegerField()
    wrong_signals = serializers.IntegerField()
    win_rate = serializers.DecimalField(max_digits=10, decimal_places=6, allow_null=True)
    average_profit_rate = serializers.DecimalField(max_digits=10, decimal_places=6, allow_null=True)


class SymbolsInput(serializers.Serializer):
    q = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")


class SymbolOutput(serializers.Serializer):
    symbol = serializers.CharField()
    company_name = serializers.CharField()
    exchange = serializers.CharField()
    currency = serializers.CharField()


class SymbolsOutput(serializers.Serializer):
    results = SymbolOutput(many=True)
    next = serializers.CharField(allow_null=True)


class TickerInput(serializers.Serializer):
    ticker = serializers.CharField(max_length=50)


class KalmanStateOutput(serializers.Serializer):
    name = serializers.ChoiceField(choices=STATES)
    value = serializers.FloatField(help_text="In standard deviations of what a driftless market shows; 0 says nothing.")
    std = serializers.FloatField(help_text="The filter's own standard error of the value.")


class KalmanOutput(serializers.Serializer):
    ticker = serializers.CharField()
    session = serializers.DateField(help_text="Of the last bar that the filter has seen.")
    step_count = serializers.IntegerField()
    states = KalmanStateOutput(many=True)
    covariance_matrix_p = serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))
    trading_signal = serializers.ChoiceField(choices=sorted(KALMAN_SIDES.values()))
    score = serializers.FloatField(help_text="The weighted states: Long above the threshold, Short below its negative.")
    threshold = serializers.FloatField()
    confidence = serializers.FloatField(help_text="Probability that the next session's state has the same side.")
    health = serializers.ChoiceField(choices=[health.name.lower() for health in Health])
