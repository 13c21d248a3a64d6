"""What portfolios tell: published in the transaction of the change, partition key account_db_key."""

from uuid import UUID

from accounts.portfolio.brokers import Fill
from accounts.portfolio.procedures import Order
from shards.outbox.publishing import publish
from shards.outbox.registry import event_type

ORDER_FILLED = event_type("portfolio.order_filled")
ORDER_ENDED = event_type("portfolio.order_ended")


def tell_filled(*, order: Order, fill: Fill, state: str) -> None:
    """`state` is partially_filled or filled; a filled order has no order_ended."""
    publish(
        ORDER_FILLED,
        partition_key=order.account_db_key,
        aggregate_id=str(order.order_id),
        event_data={
            "account_db_key": order.account_db_key,
            "order_id": order.order_id,
            "broker_fill_id": fill.broker_fill_id,
            "symbol": order.asset_code,
            "side": order.side,
            "quantity": fill.quantity,
            "price": fill.price,
            "commission": fill.commission,
            "currency": order.currency_code,
            "session": fill.session,
            "state": state,
        },
    )


def tell_ended(*, account_db_key: int, order_id: UUID, state: str, reason: str) -> None:
    """`state` is cancelled, rejected or expired."""
    publish(
        ORDER_ENDED,
        partition_key=account_db_key,
        aggregate_id=str(order_id),
        event_data={"account_db_key": account_db_key, "order_id": order_id, "state": state, "reason": reason},
    )
