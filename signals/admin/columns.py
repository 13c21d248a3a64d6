"""Columns that several pages of signals have."""

from unfold.decorators import display

from shards.admin.columns import shortened
from signals.models import MarketSignal, SignalAlarm, SignalHistory, SignalScan

SIDES = {"BUY": "success", "SELL": "danger"}


@display(description="band")
def band(row: SignalAlarm | SignalHistory | MarketSignal | SignalScan) -> str:
    """Window and k, as in 20 / 2."""
    return f"{row.band_window} / {shortened(row.band_k, 0)}"
