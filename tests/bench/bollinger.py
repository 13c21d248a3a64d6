"""Bands of 10,000 symbols by 252 bars beside pandas' rolling windows and TA-Lib, and a new bar for 10,000 symbols."""

import statistics

import numpy as np
from rich.table import Table

from signals.bollinger import RollingBands, bollinger_bands
from tests.bench.rounds import interleaved, ratio, table, verdict

ROUNDS, SYMBOLS, BARS, WINDOW, K = 7, 10_000, 252, 20, 2.0


def measure() -> Table:
    import pandas as pd
    import talib

    closes = 100 * np.exp(np.cumsum(np.random.default_rng(1).normal(0, 0.02, (SYMBOLS, BARS)), axis=1))
    frame = pd.DataFrame(closes.T)
    rolling = RollingBands(closes, WINDOW, K)
    bar = closes[:, -1] * 1.01

    def ours() -> None:
        bands = bollinger_bands(closes, WINDOW, K)
        _ = bands.upper, bands.lower

    def pandas() -> None:
        window = frame.rolling(WINDOW)
        middle, sigma = window.mean(), window.std(ddof=0)
        _ = middle + K * sigma, middle - K * sigma

    def ta_lib() -> None:
        for row in closes:
            talib.BBANDS(row, WINDOW, K, K)

    def new_bar() -> None:
        bands = rolling.add(bar)
        _ = bands.upper, bands.lower

    seconds = interleaved({"ours": ours, "pandas": pandas, "TA-Lib": ta_lib, "a new bar for all": new_bar}, ROUNDS)
    columns = table(f"Bands of {SYMBOLS:,} symbols by {BARS} bars", seconds, 1, "ms", 1e3)
    verdict(columns, "pandas / ours", ratio(seconds, "pandas", "ours"), 10, at_most=False)
    verdict(columns, "ours / TA-Lib", ratio(seconds, "ours", "TA-Lib"), 2, at_most=True)
    verdict(columns, "a new bar, ms", 1e3 * statistics.median(seconds["a new bar for all"]), 2, at_most=True)
    return columns
