"""A proposal that brings a portfolio to target weights: its trades and what they cost. Nothing is ordered here."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

from accounts.portfolio.brokers import amount_of, commission_of
from accounts.portfolio.market import Quote
from accounts.portfolio.valuation import Holding

THRESHOLD = Decimal("0.01")  # a weight that is off by less is left alone
WHOLE = Decimal(1)


class Trade(NamedTuple):
    symbol: str
    side: str
    quantity: Decimal  # whole shares; all of them where the target is 0
    price: Decimal
    amount: Decimal
    commission: Decimal
    current_weight: Decimal
    target_weight: Decimal


class Proposal(NamedTuple):
    total_value: Decimal
    trades: list[Trade]
    estimated_cost: Decimal
    cash_after: Decimal


def propose(
    *,
    cash: Decimal,
    holdings: Sequence[Holding],
    quotes: Mapping[str, Quote],
    targets: Mapping[str, Decimal],
    commission_rate: Decimal,
    min_trade_amount: Decimal,
) -> Proposal:
    """`cash` is what is free. `targets` are weights of the whole, each between 0 and 1 and together at most 1; the rest
    is cash, and what is held and not named is sold; what has no quote is left alone. Sales come first; purchases take
    no more than the cash that is there then, so that the last ones may be smaller than their weights.
    """
    total = cash + sum((holding.market_value for holding in holdings), Decimal(0))
    held = {holding.symbol: holding for holding in holdings}
    wanted = {symbol: targets.get(symbol, Decimal(0)) for symbol in sorted({*held, *targets})}
    gaps = {symbol: wanted[symbol] * total - _value(held.get(symbol)) for symbol in wanted if symbol in quotes}
    moved = {symbol: gap for symbol, gap in gaps.items() if total and abs(gap) / total >= THRESHOLD}
    trades: list[Trade] = []
    for symbol, gap in sorted(moved.items(), key=lambda item: (item[1] > 0, item[0])):
        price = quotes[symbol].close
        if gap < 0:
            quantity = _sold(held[symbol], -gap, price, wanted[symbol])
        else:
            quantity = (min(gap, cash / (1 + commission_rate)) / price).quantize(WHOLE, ROUND_DOWN)
        amount = amount_of(quantity, price)
        if quantity <= 0 or amount < min_trade_amount:
            continue
        commission = commission_of(amount, commission_rate)
        cash += (amount if gap < 0 else -amount) - commission
        side = "SELL" if gap < 0 else "BUY"
        current = held[symbol].weight if symbol in held else Decimal(0)
        trades.append(Trade(symbol, side, quantity, price, amount, commission, current, wanted[symbol]))
    return Proposal(total, trades, sum((trade.commission for trade in trades), Decimal(0)), cash)


def _value(holding: Holding | None) -> Decimal:
    return holding.market_value if holding else Decimal(0)


def _sold(holding: Holding, amount: Decimal, price: Decimal, target: Decimal) -> Decimal:
    """Shares that an open sale has reserved cannot be sold twice."""
    free = holding.quantity - holding.reserved_quantity
    return min(free, holding.quantity if target == 0 else (amount / price).quantize(WHOLE, ROUND_DOWN))
