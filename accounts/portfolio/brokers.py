"""The broker port: who executes orders. An account's row names its broker; adapters register here by name.

What a broker says is repeated without harm: `place` means one order for each `order_id`, however often it is called,
and executions are told from the beginning each time, each under an id of its own.
"""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple, Protocol

from accounts.portfolio.procedures import Order
from config.refusals import Refusal

SIX_PLACES = Decimal("0.000001")


class OrderRefused(Refusal):
    """By the broker: it has no such order, and will not take it."""

    code = "order_refused"
    status = 409
    detail = "The broker does not take this order."


class BrokerUnavailable(Refusal):
    """Nobody knows whether what was asked has happened; asking again is safe."""

    code = "broker_unavailable"
    status = 503
    detail = "The broker does not answer now; try again later."
    retry_after = 5


class Fill(NamedTuple):
    broker_fill_id: str
    after_quantity: Decimal  # what was filled before it
    quantity: Decimal
    price: Decimal
    commission: Decimal
    session: date


class Report(NamedTuple):
    """All that has happened to an order at its broker."""

    fills: Sequence[Fill]
    ended: str  # "", or how it ended beside being filled: cancelled or expired
    reason: str = ""


class Broker(Protocol):
    name: str
    commission_rate: Decimal

    def resource(self, account_db_key: int) -> str:
        """What two orders must not use at one time while they are placed; empty where any number may."""

    def place(self, order: Order) -> str:
        """Its id at the broker; raises OrderRefused, BrokerUnavailable."""

    def find(self, order: Order) -> str:
        """The id of an order of which nobody knows whether it got there; empty when it did not, and will not any more.

        Raises BrokerUnavailable.
        """

    def reports(self, orders: Sequence[Order]) -> list[Report]:
        """Of placed orders, one for each in the same order; raises BrokerUnavailable."""

    def cancel(self, order: Order) -> None:
        """Ask for it; whether fills were faster is what the next report says. Raises BrokerUnavailable."""


_brokers: dict[str, Broker] = {}


def register(broker: Broker) -> None:
    _brokers[broker.name] = broker


def broker_named(name: str) -> Broker:
    return _brokers[name]


def commission_of(amount: Decimal, rate: Decimal) -> Decimal:
    """Rounded down, as every amount is, so that the sum of fills never exceeds what was reserved for all."""
    return (amount * rate).quantize(SIX_PLACES, ROUND_DOWN)


def amount_of(quantity: Decimal, price: Decimal) -> Decimal:
    return (quantity * price).quantize(SIX_PLACES, ROUND_DOWN)
