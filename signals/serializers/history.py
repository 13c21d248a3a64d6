"""What alarms found, how it turned out, and score cards."""

from rest_framework import serializers

from config.paging import PageInput
from signals.models.market import SIDES
from signals.serializers.fields import PriceField, RateField


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
    horizon = serializers.IntegerField(help_text="Sessions judged so far: 0, 1, 3 or 5; 9 when it is withdrawn.")
    price_after_3d = PriceField(allow_null=True)
    profit_rate_3d = RateField()
    price_after_5d = PriceField(allow_null=True)
    profit_rate_5d = RateField()
    best_rate = RateField(help_text="The best that the five sessions offered, by their highs and lows.")
    worst_rate = RateField()
    revision = serializers.IntegerField(
        help_text="Judgements before this one, see signals/history/{signal_id}/revisions."
    )
    withdrawn_at = serializers.DateTimeField(
        allow_null=True, help_text="A corrected bar took it back; what it was judged is a revision."
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
    headline_win_rate = serializers.FloatField(allow_null=True, help_text="null under 30 judged signals.")
    headline = serializers.CharField()
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
