from signals.models.alarm import SignalAlarm
from signals.models.fanout import SignalFanout
from signals.models.history import SignalHistory
from signals.models.kalman import KalmanHistory
from signals.models.market import (
    MarketBar,
    MarketBarRevision,
    MarketProgress,
    MarketSignal,
    MarketSplit,
    MarketSymbol,
    SignalScan,
)

__all__ = [
    "KalmanHistory",
    "MarketBar",
    "MarketBarRevision",
    "MarketProgress",
    "MarketSignal",
    "MarketSplit",
    "MarketSymbol",
    "SignalAlarm",
    "SignalFanout",
    "SignalHistory",
    "SignalScan",
]
