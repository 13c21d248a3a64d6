"""How an order gets to its broker: the part of its life that may have to be undone.

    reserve   cash or shares are set aside              undone: released, the order is rejected or cancelled
    place     the broker takes it (the pivot)           undone: found at the broker and cancelled, its fills booked
    confirm   the order says under which id it is there

What follows goes forwards only and belongs to no saga: fills are facts, and an order may wait for them for months.
`settlement.py` books them, releases what is left and tells so, for all orders that brokers have.

`place` may be cut off after the broker took the order. It is tried again, which means the same order to a broker; when
that was in vain too often, `withdraw` asks until the broker says whether it has the order, and books what it says.
"""

from typing import TypedDict
from uuid import UUID

from accounts.portfolio import procedures, selectors, services
from accounts.portfolio.brokers import BrokerUnavailable, broker_named
from accounts.portfolio.exceptions import OrderWithdrawn
from accounts.portfolio.models import UserOrder
from shards.saga.definitions import OUTSIDE, Data, Definition, Retry, Run, Step
from shards.saga.models import SagaStep


class Named(TypedDict):
    account_db_key: int
    order_id: UUID


def reserve(run: Run) -> None:
    procedures.portfolio_order_reserve(**_named(run))


def release(run: Run) -> None:
    """The reason is what `place` failed with."""
    order = _order(run)
    is_cancelled = order.cancel_requested_at is not None
    error = SagaStep.objects.filter(saga_id=run.saga_id, step_number=2).values_list("error_message", flat=True).get()
    services.end(
        **_named(run),
        state="cancelled" if is_cancelled else "rejected",
        reason="its owner cancelled it" if is_cancelled else error[: services.LONGEST_REASON],
    )


def place(run: Run) -> Data:
    """Raises OrderWithdrawn when its owner was faster, and what the broker raises."""
    order = _order(run)
    if order.broker_order_id:
        return {"broker_order_id": order.broker_order_id}
    if order.cancel_requested_at is not None and run.tries == 1:
        raise OrderWithdrawn
    return {"broker_order_id": broker_named(order.broker).place(order)}


def withdraw(run: Run) -> None:
    """Until the broker has said what became of it."""
    order = _order(run)
    if order.state in UserOrder.ENDED:
        return
    broker = broker_named(order.broker)
    broker_order_id = order.broker_order_id or broker.find(order)
    if not broker_order_id:
        return
    services.order_placed(**_named(run), broker_order_id=broker_order_id)
    order = _order(run)
    broker.cancel(order)
    (report,) = broker.reports([order])
    if services.order_settle(account_db_key=order.account_db_key, order=order, report=report) in UserOrder.OPEN:
        raise BrokerUnavailable


def confirm(run: Run) -> None:
    procedures.portfolio_order_placed(**_named(run), broker_order_id=run.data["broker_order_id"])


def _order(run: Run) -> procedures.Order:
    return selectors.order_get(**_named(run))


def _named(run: Run) -> Named:
    return {"account_db_key": run.data["account_db_key"], "order_id": UUID(run.data["order_id"])}


ORDER = Definition(
    services.SAGA,
    version=1,
    pivot="place",
    steps=(
        Step("reserve", reserve, release),
        Step("place", place, withdraw, place=OUTSIDE, timeout=30, retry=Retry(tries=8, first=1, most=60)),
        Step("confirm", confirm),
    ),
)
