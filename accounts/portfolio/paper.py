"""The bundled broker: fills orders at the market's daily bars, always alike.

Rules, for an order made when its symbol's latest session was `since_session`:

- It is filled in later sessions only. DAY is for the first of them, GTC for the first `GTC_SESSIONS`.
- A market order is filled at the open, moved by `SLIPPAGE` against its owner; not at all in a session where that is
  beyond the order's `price_cap`.
- A limit order is filled where the session reached its limit: at the open when that is better, else at the limit.
- At most `PARTICIPATION` of the session's volume is filled; the rest waits for the next session, or expires.
- A split ends what is left of an order: its quantity and limit were meant for the old shares.
- Commission is `commission_rate` of the amount.

All follows from the order and the bars, so nothing is stored, and asking again gives the same fills with the same ids.
What was booked is a fact: sessions up to the last fill are not looked at again, whatever is corrected in their bars.
"""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from itertools import groupby
from operator import attrgetter

from accounts.portfolio.brokers import SIX_PLACES, Fill, Report, amount_of, commission_of
from accounts.portfolio.market import Bar, market
from accounts.portfolio.procedures import Order

SLIPPAGE = Decimal("0.0005")
COMMISSION_RATE = Decimal("0.0025")
PARTICIPATION = Decimal("0.10")
GTC_SESSIONS = 60


class PaperBroker:
    name = "paper"
    commission_rate = COMMISSION_RATE

    def resource(self, account_db_key: int) -> str:
        return ""

    def place(self, order: Order) -> str:
        return str(order.order_id)

    def find(self, order: Order) -> str:
        """`place` cannot be cut off half-way."""
        return ""

    def reports(self, orders: Sequence[Order]) -> list[Report]:
        """One question to the market for all of them."""
        latest = market().latest_session()
        since = min((order.since_session for order in orders), default=latest)
        if latest is None or since is None:
            return []
        bars = market().bars({order.asset_code for order in orders}, after=since, until=latest)
        by_symbol = {
            symbol: list(of_one) for symbol, of_one in groupby(sorted(bars, key=_place), key=attrgetter("symbol"))
        }
        return [_until_cancelled(order, report(order, by_symbol.get(order.asset_code, []))) for order in orders]

    def cancel(self, order: Order) -> None:
        """Nothing to tell: what has not happened when its cancellation is booked does not happen."""


def _until_cancelled(order: Order, told: Report) -> Report:
    """Sessions that were over before the cancellation is booked come first."""
    is_wanted = order.cancel_requested_at is not None and not told.ended
    is_filled = sum((fill.quantity for fill in told.fills), order.filled_quantity) == order.quantity
    return told._replace(ended="cancelled", reason="its owner cancelled it") if is_wanted and not is_filled else told


def report(order: Order, bars: Sequence[Bar]) -> Report:
    """What the symbol's bars, by session, make of the order."""
    sessions = 1 if order.time_in_force == "DAY" else GTC_SESSIONS
    left, fills, seen = order.quantity - order.filled_quantity, list[Fill](), 0
    for bar in bars:
        if bar.session <= order.since_session:
            continue
        seen += 1
        if order.last_fill_session is not None and bar.session < order.last_fill_session:
            continue
        if bar.split_ratio != 1:
            return Report(fills, "expired", f"{bar.symbol} was split")
        fill = _fill(order, bar, left) if bar.session != order.last_fill_session else None
        if fill is not None:
            fills.append(fill)
            left -= fill.quantity
        if not left:
            return Report(fills, "")
        if seen == sessions:
            return Report(fills, "expired", "its time was over")
    return Report(fills, "")


def _fill(order: Order, bar: Bar, left: Decimal) -> Fill | None:
    price = _price(order, bar)
    quantity = min(left, (bar.volume * PARTICIPATION).quantize(Decimal(1), ROUND_DOWN))
    if price is None or quantity <= 0:
        return None
    commission = commission_of(amount_of(quantity, price), order.commission_rate)
    return Fill(str(bar.session), order.quantity - left, quantity, price, commission, bar.session)


def _price(order: Order, bar: Bar) -> Decimal | None:
    is_buy = order.side == "BUY"
    if order.limit_price is None:
        price = (bar.open * (1 + (SLIPPAGE if is_buy else -SLIPPAGE))).quantize(SIX_PLACES, ROUND_HALF_EVEN)
        is_beyond = price > order.price_cap if is_buy else price < order.price_cap
        return None if is_beyond or price <= 0 else price
    if is_buy:
        return min(bar.open, order.limit_price) if bar.low <= order.limit_price else None
    return max(bar.open, order.limit_price) if bar.high >= order.limit_price else None


def _place(bar: Bar) -> tuple[str, object]:
    return bar.symbol, bar.session
