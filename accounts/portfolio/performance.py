"""Returns and ratios of a portfolio, from its values at the end of each session. float64, no Django.

`values` has one number for each session, oldest first; `flows` what was paid in (negative: taken out) before the
session's trading. Returns are simple returns of a session: 0.01 is one percent. A ratio that is not defined (no
session, no spread, no loss) is nan.

Sources: the Global Investment Performance Standards for the time-weighted return; for the others the definitions of
empyrical (Quantopian) and quantstats with their defaults, which are named at each function. The tests hold both against
those packages' own numbers.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SESSIONS_PER_YEAR = 252


class Performance(NamedTuple):
    sessions: int
    total_return: float
    annualised_return: float
    volatility: float
    sharpe_ratio: float
    max_drawdown: float
    win_rate: float
    profit_factor: float


class Comparison(NamedTuple):
    """Against a benchmark over the same sessions."""

    benchmark_return: float
    excess_return: float
    benchmark_volatility: float
    benchmark_max_drawdown: float
    beta: float


def returns_of(values: Floats, flows: Floats) -> Floats:
    """Each session's return on what was there before it: v[t] / (v[t-1] + flow[t]) - 1; one fewer than values.

    Linking them is the time-weighted return: what was paid in or out, and when, does not count as a gain. A session
    that begins with nothing has return 0.
    """
    before = values[:-1] + flows[1:]
    return np.divide(values[1:], before, out=np.ones_like(before), where=before > 0) - 1


def total_return(returns: Floats) -> float:
    """Geometrically linked: (1 + r1)(1 + r2)... - 1 (empyrical.cum_returns_final)."""
    return float(np.prod(1 + returns) - 1)


def annualised_return(returns: Floats, sessions_per_year: int = SESSIONS_PER_YEAR) -> float:
    """The yearly rate that compounds to the total return: (1 + total) ^ (252 / n) - 1 (empyrical.annual_return)."""
    if not returns.size:
        return np.nan
    return float((1 + total_return(returns)) ** (sessions_per_year / returns.size) - 1)


def volatility(returns: Floats, sessions_per_year: int = SESSIONS_PER_YEAR) -> float:
    """The sample standard deviation (n - 1) of the returns by the root of 252 (empyrical.annual_volatility)."""
    return float(np.std(returns, ddof=1) * np.sqrt(sessions_per_year)) if returns.size > 1 else np.nan


def sharpe_ratio(returns: Floats, risk_free: float = 0.0, sessions_per_year: int = SESSIONS_PER_YEAR) -> float:
    """Mean by sample standard deviation of the returns above `risk_free` (a session's), by the root of 252.

    Sharpe (1994), "The Sharpe Ratio", Journal of Portfolio Management 21(1); empyrical.sharpe_ratio.
    """
    if returns.size < 2:
        return np.nan
    above = returns - risk_free
    spread = np.std(above, ddof=1)
    return float(np.mean(above) / spread * np.sqrt(sessions_per_year)) if spread > 0 else np.nan


def max_drawdown(returns: Floats) -> float:
    """The deepest fall from a peak, the beginning included, as a negative return (empyrical.max_drawdown)."""
    wealth = np.concatenate(([1.0], np.cumprod(1 + returns)))
    return float(np.min(wealth / np.maximum.accumulate(wealth) - 1))


def win_rate(returns: Floats) -> float:
    """Sessions with a gain, of those with a gain or a loss (quantstats.stats.win_rate)."""
    moved = np.count_nonzero(returns)
    return float(np.count_nonzero(returns > 0) / moved) if moved else np.nan


def profit_factor(returns: Floats) -> float:
    """The sum of the gains by that of the losses (quantstats.stats.profit_factor)."""
    losses = -np.sum(returns[returns < 0])
    return float(np.sum(returns[returns >= 0]) / losses) if losses > 0 else np.nan


def beta(returns: Floats, benchmark: Floats) -> float:
    """The returns' covariance with the benchmark's by its variance (empyrical.beta)."""
    if returns.size < 2:
        return np.nan
    variance = np.var(benchmark, ddof=1)
    return float(np.cov(returns, benchmark, ddof=1)[0, 1] / variance) if variance > 0 else np.nan


def measure(returns: Floats) -> Performance:
    return Performance(
        sessions=returns.size,
        total_return=total_return(returns),
        annualised_return=annualised_return(returns),
        volatility=volatility(returns),
        sharpe_ratio=sharpe_ratio(returns),
        max_drawdown=max_drawdown(returns),
        win_rate=win_rate(returns),
        profit_factor=profit_factor(returns),
    )


def compare(returns: Floats, benchmark: Floats) -> Comparison:
    """Both of the same sessions; `excess_return` is the difference of the total returns."""
    return Comparison(
        benchmark_return=total_return(benchmark),
        excess_return=total_return(returns) - total_return(benchmark),
        benchmark_volatility=volatility(benchmark),
        benchmark_max_drawdown=max_drawdown(benchmark),
        beta=beta(returns, benchmark),
    )
