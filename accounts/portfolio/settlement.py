"""Books what brokers say of the orders that they have, and splits. Safe to repeat or cut off: each is booked once."""

from collections import defaultdict
from typing import Any
from uuid import UUID

import structlog
from django.db import Error

from accounts.portfolio import procedures, selectors, services
from accounts.portfolio.brokers import Broker, BrokerUnavailable, Report, broker_named
from accounts.portfolio.market import market
from accounts.portfolio.models import UserOrder
from config.refusals import Refusal
from shards.points import reach
from shards.walk import on_each_shard

log = structlog.get_logger(__name__)

PAGE = 500
SPLITS = 5_000  # positions in one run
FIRST = UUID(int=0)


def settle_all() -> dict[str, Any]:
    """shard -> orders that changed, or why not."""
    return {str(shard_id): result for shard_id, result in on_each_shard(settle, "settlement").items()}


def settle() -> int:
    """All placed orders of the current shard; returns how many changed."""
    changed, after = 0, FIRST
    while page := procedures.portfolio_orders_placed(after=after, limit=PAGE):
        after = page[-1].order_id
        by_broker: dict[str, list[procedures.Order]] = defaultdict(list)
        for order in page:
            by_broker[order.broker].append(order)
        changed += sum(_settle(name, orders) for name, orders in by_broker.items())
    book_splits()
    return changed


def book_splits() -> int:
    """Of all positions of the current shard, after the orders that a split ends; returns how many were booked."""
    splits = [{name: str(value) for name, value in split._asdict().items()} for split in market().splits()]
    due = procedures.portfolio_splits_due(splits=splits, limit=SPLITS) if splits else []
    return sum(_book_split(row) for row in due)


def settle_one(*, account_db_key: int, order_id: UUID) -> procedures.Order:
    """For an owner who waits; the order as it is then. A broker that does not answer leaves it to the next run."""
    order = selectors.order_get(account_db_key=account_db_key, order_id=order_id)
    if order.state in (UserOrder.State.PLACED, UserOrder.State.PARTIALLY_FILLED):
        _settle(order.broker, [order])
        order = selectors.order_get(account_db_key=account_db_key, order_id=order_id)
    return order


def _settle(name: str, orders: list[procedures.Order]) -> int:
    broker = broker_named(name)
    for order in orders:
        if order.cancel_requested_at is not None:
            _cancel(broker, order)
    try:
        reports = broker.reports(orders)
    except BrokerUnavailable as error:
        log.warning("broker_unavailable", broker=name, orders=len(orders), error=str(error))
        return 0
    return sum(_book(order, report) for order, report in zip(orders, reports, strict=True) if any(report))


def _book_split(due: procedures.SplitDue) -> bool:
    try:
        return services.split_book(**due._asdict()).is_new
    except (Refusal, Error) as error:
        log.exception("split_not_booked", account_db_key=due.account_db_key, symbol=due.asset_code, error=str(error))
        return False


def _cancel(broker: Broker, order: procedures.Order) -> None:
    """Asked again in the next run, whatever came of it; the reports say."""
    try:
        broker.cancel(order)
    except Refusal as error:
        log.warning("cancel_not_heard", broker=broker.name, order_id=str(order.order_id), error=str(error))


def _book(order: procedures.Order, report: Report) -> bool:
    """One order that cannot be booked holds up no other."""
    try:
        state = services.order_settle(account_db_key=order.account_db_key, order=order, report=report)
    except (Refusal, Error) as error:
        log.exception("order_not_settled", order_id=str(order.order_id), error=str(error))
        return False
    reach("settle.booked")
    return state != order.state
