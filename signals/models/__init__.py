from signals.models.alarm import SignalAlarm
from signals.models.fanout import SignalFanout
from signals.models.history import SignalHistory
from signals.models.market import MarketBar, MarketSignal, MarketSplit, MarketSymbol, SignalScan

__all__ = [
    "MarketBar",
    "MarketSignal",
    "MarketSplit",
    "MarketSymbol",
    "SignalAlarm",
    "SignalFanout",
    "SignalHistory",
    "SignalScan",
]
