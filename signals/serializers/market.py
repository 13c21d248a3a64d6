"""Symbols, and the Model Server's signals."""

from decimal import Decimal

from rest_framework import serializers

from config.bodies import Body
from signals.model_server import PAGE as MOST_SIGNALS
from signals.model_server import STATUSES
from signals.models.market import SIDES


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
