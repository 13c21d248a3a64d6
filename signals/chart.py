"""Everything that a chart of one symbol shows, session by session: closes, bands, signals with their outcome, and the
Kalman filter's states with their uncertainty and health.
"""

from datetime import date, timedelta
from typing import Any

import numpy as np

from signals.backtest import Outcome, Strategy, run
from signals.bollinger import bollinger_bands
from signals.detection import lookback
from signals.market.series import Series, series_of
from signals.regime import STATES, THRESHOLD
from signals.tracking import procedures
from signals.tracking.state import PLATFORM

WIN = 1  # per cent


def chart(symbol: str, latest: date, strategy: Strategy, sessions: int) -> dict[str, Any]:
    """The last `sessions` sessions. Works on the current shard, where the filter's history is; prices are global.

    Bands and adjusted closes are in terms of the latest session's shares, `close` is as traded.
    """
    series = series_of({symbol: latest}, lookback=sessions + lookback(strategy.window))[symbol]
    begin = max(len(series.sessions) - sessions, 0)
    bands = bollinger_bands(series.adjusted, strategy.window, float(strategy.k))
    after = series.sessions[begin] - timedelta(days=1)
    return {
        "symbol": symbol,
        "window": strategy.window,
        "k": strategy.k,
        "sessions": series.sessions[begin:],
        "close": series.closes[begin:],
        "adjusted_close": _plain(series.adjusted[begin:]),
        "volume": series.volumes[begin:],
        "middle": _plain(bands.middle[begin:]),
        "upper": _plain(bands.upper[begin:]),
        "lower": _plain(bands.lower[begin:]),
        "percent_b": _plain(bands.percent_b[begin:]),
        "signals": [_signal(outcome, series) for outcome in run(symbol, series, after, latest, strategy)],
        "kalman": _kalman(symbol, series.sessions[begin:]),
    }


def _signal(outcome: Outcome, series: Series) -> dict[str, Any]:
    rate = outcome.profit_rate
    result = "pending" if rate is None else "win" if rate >= WIN else "wrong" if rate <= -WIN else "flat"
    return {
        "session": outcome.found.session,
        "side": outcome.found.side,
        "price": outcome.price,
        "adjusted_price": float(series.adjusted[outcome.found.place]),
        "profit_rate": rate,
        "outcome": result,
    }


def _kalman(symbol: str, sessions: list[date]) -> dict[str, Any]:
    """Columns that stand beside `sessions`, None where the filter's history does not reach."""
    rows = procedures.kalman_history_get(ticker=symbol, account_db_key=PLATFORM, before=None, limit=len(sessions) + 5)
    steps = {row.timestamp.date(): row for row in rows}
    found = [steps.get(session) for session in sessions]
    metrics = [row.performance_metrics if row else {} for row in found]
    return {
        "threshold": THRESHOLD,
        "score": [entry.get("score") for entry in metrics],
        "confidence": [entry.get("confidence") for entry in metrics],
        "health": [entry.get("health") for entry in metrics],
        "health_score": [entry.get("health_score") for entry in metrics],
        "trading_signal": [row.trading_signal if row else None for row in found],
        "states": {
            name: [row.state_vector_x[place] if row else None for row in found] for place, name in enumerate(STATES)
        },
        "state_std": {
            name: [row.covariance_matrix_p[place][place] ** 0.5 if row else None for row in found]
            for place, name in enumerate(STATES)
        },
    }


def _plain(values: np.ndarray) -> list[float | None]:
    return [None if np.isnan(value) else value for value in values.tolist()]
