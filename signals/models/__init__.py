from signals.models.alarm import SignalAlarm
from signals.models.fanout import SignalFanout
from signals.models.history import SignalHistory, SignalRevision
from signals.models.kalman import KalmanHistory
from signals.models.market import (
    MarketBar,
    MarketBarRevision,
    MarketFeed,
    MarketGap,
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
    "MarketFeed",
    "MarketGap",
    "MarketProgress",
    "MarketSignal",
    "MarketSplit",
    "MarketSymbol",
    "SignalAlarm",
    "SignalFanout",
    "SignalHistory",
    "SignalRevision",
    "SignalScan",
]
