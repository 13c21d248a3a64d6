"""What a signal earned, in per cent: worked out here alone, for the jobs, the backtest and the preview."""

from decimal import ROUND_HALF_UP, Decimal

SIX_PLACES = Decimal("0.000001")
MOST = Decimal("9999.999999")  # what the columns hold; beyond it only the direction counts
WIN = Decimal(1)  # per cent; fp_signal_performance_evaluate marks the wins


def rate(price: Decimal, later: Decimal) -> Decimal:
    """What a BUY at `price` has earned at a `later` one, in the same shares. A SELL has earned its negative."""
    return max(-MOST, min(MOST, (100 * (later - price) / price).quantize(SIX_PLACES, ROUND_HALF_UP)))


def rate_of(side: str, price: Decimal, later: Decimal) -> Decimal:
    bought = rate(price, later)
    return bought if side == "BUY" else -bought
