"""What changes orders. Each unit works on the shard of its `account_db_key`; each may be repeated.

An order's way: `order_place` accepts it, sets cash or shares aside and starts the saga that gives it to the broker, in
one transaction. What the broker fills or ends is booked by `order_settle`, in one transaction with the events that tell
of it. Every routine locks the cash account's row first, so an account's changes happen one by one.
"""

from decimal import ROUND_HALF_EVEN, Decimal
from uuid import UUID

from accounts.portfolio import events, procedures, selectors
from accounts.portfolio.brokers import SIX_PLACES, Fill, Report, broker_named
from accounts.portfolio.exceptions import AssetUnknown, CashAccountMissing, PriceTooHigh
from accounts.portfolio.market import Quote, market
from accounts.portfolio.models import UserOrder
from accounts.portfolio.opening import opens_account
from shards.fields import new_public_id
from shards.saga.services import saga_start
from shards.transactions import in_account_transaction

SAGA = "portfolio.order"
MARKET_PROTECTION = Decimal("0.05")  # how far from the latest close a market order may be filled
LARGEST_AMOUNT = Decimal(10) ** 12
LONGEST_REASON = 200


@opens_account
def order_place(
    *,
    account_db_key: int,
    client_order_id: str,
    symbol: str,
    side: str,
    order_type: str,
    quantity: Decimal,
    limit_price: Decimal | None = None,
    time_in_force: str = UserOrder.TimeInForce.DAY,
    order_source: str = UserOrder.Source.MANUAL,
) -> procedures.Order:
    """The order, `reserved`: the broker gets it in a moment. The same client_order_id again gives the same order.

    Raises AssetUnknown, CurrencyDiffers, CashInsufficient, HoldingInsufficient, OrderDiffers, CashAccountNotActive.
    """
    quote = _quote(symbol)
    price_cap = limit_price or _protected(quote.close, side)
    if quantity * price_cap > LARGEST_AMOUNT:
        raise PriceTooHigh
    order_id = _accept(
        account_db_key=account_db_key,
        order_id=new_public_id(),
        client_order_id=client_order_id,
        asset_code=quote.symbol,
        side=side,
        order_type=order_type,
        time_in_force=time_in_force,
        order_source=order_source,
        quantity=quantity,
        limit_price=limit_price,
        price_cap=price_cap,
        currency_code=quote.currency,
        quote=quote,
    )
    return selectors.order_get(account_db_key=account_db_key, order_id=order_id)


@in_account_transaction
def order_placed(*, account_db_key: int, order_id: UUID, broker_order_id: str) -> str:
    """The broker has it; returns its state."""
    return procedures.portfolio_order_placed(
        account_db_key=account_db_key, order_id=order_id, broker_order_id=broker_order_id
    ).state


split_book = in_account_transaction(procedures.portfolio_split_book)
order_asked = in_account_transaction(procedures.portfolio_order_asked)


@in_account_transaction
def order_cancel_request(*, account_db_key: int, order_id: UUID) -> str:
    return procedures.portfolio_order_cancel(account_db_key=account_db_key, order_id=order_id).state


@in_account_transaction
def order_settle(*, account_db_key: int, order: procedures.Order, report: Report) -> str:
    """Book what the broker told of an order; returns its state. What was booked before changes nothing."""
    state = order.state
    for fill in report.fills:
        state = _book(account_db_key=account_db_key, order=order, fill=fill)
    if report.ended and state in UserOrder.OPEN:
        state = end(account_db_key=account_db_key, order_id=order.order_id, state=report.ended, reason=report.reason)
    return state


def end(*, account_db_key: int, order_id: UUID, state: str, reason: str) -> str:
    """In the caller's unit: end an open order, release what it reserved, and tell so."""
    changed = procedures.portfolio_order_end(
        account_db_key=account_db_key, order_id=order_id, state=state, reason=reason
    )
    if changed.is_new:
        events.tell_ended(account_db_key=account_db_key, order_id=order_id, state=state, reason=reason)
    return changed.state


def _book(*, account_db_key: int, order: procedures.Order, fill: Fill) -> str:
    changed = procedures.portfolio_order_fill(
        account_db_key=account_db_key,
        order_id=order.order_id,
        broker_fill_id=fill.broker_fill_id,
        after_quantity=fill.after_quantity,
        quantity=fill.quantity,
        price=fill.price,
        commission=fill.commission,
        session=fill.session,
    )
    if changed.is_new:
        events.tell_filled(order=order, fill=fill, state=changed.state)
    return changed.state


@in_account_transaction
def _accept(*, account_db_key: int, order_id: UUID, quote: Quote, **order: object) -> UUID:
    account = procedures.get_account_info(account_db_key=account_db_key)
    if account is None:
        raise CashAccountMissing
    broker = broker_named(account.broker)
    accepted = procedures.portfolio_order_insert(
        account_db_key=account_db_key,
        order_id=order_id,
        commission_rate=broker.commission_rate,
        since_session=quote.session,
        **order,  # type: ignore[arg-type]  # the rest of its keywords
    )
    if accepted.is_new:
        procedures.portfolio_order_reserve(account_db_key=account_db_key, order_id=accepted.order_id)
        saga_start(
            SAGA,
            idempotency_key=str(accepted.order_id),
            initiator_id=account_db_key,
            data={"account_db_key": account_db_key, "order_id": str(accepted.order_id)},
            resource=broker.resource(account_db_key),
        )
    return accepted.order_id


def _quote(symbol: str) -> Quote:
    quotes = market().quotes([symbol])
    if not quotes:
        raise AssetUnknown
    return quotes[0]


def _protected(close: Decimal, side: str) -> Decimal:
    move = MARKET_PROTECTION if side == UserOrder.Side.BUY else -MARKET_PROTECTION
    return (close * (1 + move)).quantize(SIX_PLACES, ROUND_HALF_EVEN)
