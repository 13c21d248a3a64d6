"""Input checks and schema of signals; answers are the routines' rows."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from config.bodies import Body
from config.paging import PageInput
from signals.detection import HYSTERESES, LONGEST_COOLDOWN
from signals.kalman_health import Health
from signals.model_server import PAGE as MOST_SIGNALS
from signals.model_server import STATUSES
from signals.models.market import SIDES
from signals.regime import STATES
from signals.tracking.steps import SIDES as KALMAN_SIDES

ALARM_SIDES = ["BOTH", *SIDES]
ALARM_STATES = ["armed", "fired", "cooling", "expired", "off"]


class PriceField(serializers.DecimalField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=19, decimal_places=6, **kwargs)


class RateField(serializers.DecimalField):
    """Per cent, signed by direction; null until it is judged."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=10, decimal_places=6, allow_null=True, **kwargs)


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
    confidence = serializers.DecimalField(max_digits=6, decimal_places=5, allow_null=True)
    model_version = serializers.CharField(allow_blank=True)
    price_after_1d = PriceField(allow_null=True)
    profit_rate = RateField()
    is_win = serializers.BooleanField(allow_null=True)
    evaluated_at = serializers.DateTimeField(allow_null=True)
    horizon = serializers.IntegerField(help_text="Sessions judged so far: 0, 1, 3 or 5.")
    price_after_3d = PriceField(allow_null=True)
    profit_rate_3d = RateField()
    price_after_5d = PriceField(allow_null=True)
    profit_rate_5d = RateField()
    best_rate = RateField(help_text="The best that the five sessions offered, by their highs and lows.")
    worst_rate = RateField()
    revision = serializers.IntegerField(
        help_text="Judgements before this one, see signals/history/{signal_id}/revisions."
    )


class RevisionOutput(serializers.Serializer):
    revision = serializers.IntegerField()
    horizon = serializers.IntegerField()
    signal_price = PriceField()
    price_after_1d = PriceField()
    profit_rate = RateField()
    is_win = serializers.BooleanField()
    evaluated_at = serializers.DateTimeField()
    price_after_3d = PriceField(allow_null=True)
    profit_rate_3d = RateField()
    price_after_5d = PriceField(allow_null=True)
    profit_rate_5d = RateField()
    best_rate = RateField()
    worst_rate = RateField()
    replaced_at = serializers.DateTimeField()


class RevisionsOutput(serializers.Serializer):
    results = RevisionOutput(many=True)
    next = serializers.CharField(allow_null=True)


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


class ScorecardsInput(serializers.Serializer):
    symbol = serializers.CharField(max_length=50, required=False)


class ScorecardOutput(serializers.Serializer):
    symbol = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a column's name, and DRF's for another thing
    band_window = serializers.IntegerField()
    band_k = serializers.DecimalField(max_digits=6, decimal_places=3)
    total_signals = serializers.IntegerField()
    pending_signals = serializers.IntegerField()
    buy_signals = serializers.IntegerField(help_text="Of the judged.")
    sell_signals = serializers.IntegerField(help_text="Of the judged.")
    win_signals = serializers.IntegerField()
    flat_signals = serializers.IntegerField()
    wrong_signals = serializers.IntegerField()
    average_profit_rate = RateField()
    average_profit_rate_3d = RateField()
    average_profit_rate_5d = RateField()
    average_best_rate = RateField()
    average_worst_rate = RateField()
    headline_win_rate = serializers.FloatField(allow_null=True, help_text="null under 30 judged signals.")
    headline = serializers.CharField()
    win_rate = serializers.FloatField(allow_null=True)
    win_rate_low = serializers.FloatField(allow_null=True, help_text="Wilson's 95 % interval.")
    win_rate_high = serializers.FloatField(allow_null=True)
    base_rate = serializers.FloatField(allow_null=True, help_text="How often a random day would have won.")
    profit_factor = serializers.FloatField(allow_null=True, help_text="Gained for each 1 % lost.")
    expectancy = serializers.FloatField(allow_null=True)
    expectancy_ratio = serializers.FloatField(allow_null=True)


class ScorecardsOutput(serializers.Serializer):
    results = ScorecardOutput(many=True)
    next = serializers.CharField(allow_null=True)


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


class ModelSignalInput(Body):
    symbol = serializers.CharField(max_length=50)
    session = serializers.DateField()
    side = serializers.ChoiceField(choices=SIDES)
    confidence = serializers.DecimalField(max_digits=6, decimal_places=5, min_value=Decimal(0), max_value=Decimal(1))
    model_version = serializers.CharField(max_length=50)


class IngestInput(Body):
    signals = serializers.ListField(child=ModelSignalInput(), min_length=1, max_length=MOST_SIGNALS)


class IngestOutput(serializers.Serializer):
    results = serializers.ListField(
        child=serializers.ChoiceField(choices=STATUSES), help_text="What became of each signal, in their order."
    )


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
