"""Input checks and schema of signals; answers are the routines' rows."""

from signals.serializers.alarms import AlarmCreatedOutput, AlarmCreateInput, AlarmOutput, AlarmUpdateInput
from signals.serializers.charts import ChartInput, ChartOutput, KalmanOutput, TickerInput
from signals.serializers.history import (
    HistoryInput,
    HistoryOutput,
    RevisionsOutput,
    ScorecardsInput,
    ScorecardsOutput,
    StatisticsOutput,
)
from signals.serializers.market import IngestInput, IngestOutput, SymbolsInput, SymbolsOutput

__all__ = [
    "AlarmCreateInput",
    "AlarmCreatedOutput",
    "AlarmOutput",
    "AlarmUpdateInput",
    "ChartInput",
    "ChartOutput",
    "HistoryInput",
    "HistoryOutput",
    "IngestInput",
    "IngestOutput",
    "KalmanOutput",
    "RevisionsOutput",
    "ScorecardsInput",
    "ScorecardsOutput",
    "StatisticsOutput",
    "SymbolsInput",
    "SymbolsOutput",
    "TickerInput",
]
