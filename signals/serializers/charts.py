"""Charts and the Kalman filter."""

from decimal import Decimal

from rest_framework import serializers

from signals.kalman_health import Health
from signals.models.market import SIDES
from signals.regime import STATES
from signals.serializers.fields import PriceField, RateField
from signals.tracking.steps import SIDES as KALMAN_SIDES


class TickerInput(serializers.Serializer):
    ticker = serializers.CharField(max_length=50)


class ChartInput(serializers.Serializer):
    symbol = serializers.CharField(max_length=50)
    window = serializers.IntegerField(min_value=2, max_value=250, required=False)
    k = serializers.DecimalField(
        max_digits=6, decimal_places=3, min_value=Decimal("0.001"), max_value=Decimal(20), required=False
    )
    sessions = serializers.IntegerField(min_value=1, max_value=1000, required=False)


class ChartSignalOutput(serializers.Serializer):
    session = serializers.DateField()
    side = serializers.ChoiceField(choices=SIDES)
    price = PriceField(help_text="As traded.")
    adjusted_price = serializers.FloatField()
    profit_rate = RateField()
    outcome = serializers.ChoiceField(choices=["win", "flat", "wrong", "pending"])


class NumbersField(serializers.ListField):
    """One for each session; null where there is none."""

    child = serializers.FloatField(allow_null=True)


class ChartStatesOutput(serializers.Serializer):
    trend = NumbersField()
    momentum = NumbersField()
    volatility = NumbersField()
    macro_signal = NumbersField()
    tech_signal = NumbersField()


class ChartKalmanOutput(serializers.Serializer):
    threshold = serializers.FloatField()
    score = NumbersField()
    confidence = NumbersField()
    health = serializers.ListField(child=serializers.CharField(allow_null=True))
    health_score = NumbersField()
    trading_signal = serializers.ListField(child=serializers.CharField(allow_null=True))
    states = ChartStatesOutput()
    state_std = ChartStatesOutput()


class ChartOutput(serializers.Serializer):
    """Columns: the n-th entry of each is of the n-th session."""

    symbol = serializers.CharField()
    window = serializers.IntegerField()
    k = serializers.DecimalField(max_digits=6, decimal_places=3)
    sessions = serializers.ListField(child=serializers.DateField())
    close = serializers.ListField(child=PriceField(), help_text="As traded.")
    adjusted_close = NumbersField(help_text="In terms of the latest session's shares, as are the bands.")
    volume = serializers.ListField(child=serializers.IntegerField())
    middle = NumbersField()
    upper = NumbersField()
    lower = NumbersField()
    percent_b = NumbersField()
    signals = ChartSignalOutput(many=True)
    kalman = ChartKalmanOutput()


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
