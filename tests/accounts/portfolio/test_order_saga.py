"""An order's saga and its settlement: through the broker and back, whatever fails on the way."""

from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest

from accounts.portfolio import brokers, ledger, selectors, services, settlement
from accounts.portfolio.brokers import BrokerUnavailable, Fill, OrderRefused, Report
from accounts.portfolio.models import UserAccount
from accounts.portfolio.opening import account_open
from accounts.portfolio.procedures import Order
from accounts.procedures import SignedUp
from shards.placement import on_account
from shards.saga.definitions import Retry
from shards.saga.driver import drive
from shards.saga.models import SagaInstance
from shards.scope import on_shard
from tests.accounts.portfolio.conftest import Feed, session

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
MakeAccount = Callable[..., SignedUp]


NONE = Decimal(0)


class Exchange:
    """A broker that keeps what it took, and answers as it is told to: each entry is for one call of `place`."""

    name = "exchange"
    commission_rate = Decimal(0)

    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}
        self.answers: list[Exception | str] = []
        self.filled: set[str] = set()
        self.cancelled: set[str] = set()

    def resource(self, account_db_key: int) -> str:
        return f"exchange:{account_db_key}"

    def place(self, order: Order) -> str:
        answer = self.answers.pop(0) if self.answers else ""
        if isinstance(answer, OrderRefused):
            raise answer
        if answer != "lost before":
            self.orders[f"ex-{order.order_id}"] = order
        if answer:
            raise BrokerUnavailable
        return f"ex-{order.order_id}"

    def find(self, order: Order) -> str:
        name = f"ex-{order.order_id}"
        return name if name in self.orders else ""

    def reports(self, orders: Sequence[Order]) -> list[Report]:
        return [self._report(order) for order in orders]

    def cancel(self, order: Order) -> None:
        if order.broker_order_id not in self.filled:
            self.cancelled.add(order.broker_order_id)

    def _report(self, order: Order) -> Report:
        name = order.broker_order_id
        fills = [Fill("1", NONE, order.quantity, Decimal(50), Decimal(0), session(1))] if name in self.filled else []
        return Report(fills, "cancelled" if name in self.cancelled else "")


@pytest.fixture
def exchange(monkeypatch: pytest.MonkeyPatch) -> Exchange:
    broker = Exchange()
    monkeypatch.setitem(brokers._brokers, broker.name, broker)
    monkeypatch.setattr(Retry, "pause", lambda retry, tries: 0.0)
    return broker


@pytest.fixture
def key(make_account: MakeAccount, feed: Feed, exchange: Exchange) -> int:
    """On shard 2, with the exchange as its broker."""
    feed("AAA", 50)
    key = make_account(shard=2).account_db_key
    account_open(account_db_key=key)
    with on_shard(2):
        UserAccount.objects.update(broker=exchange.name)
    return key


def buy(key: int, name: str = "one") -> Order:
    return services.order_place(
        account_db_key=key,
        client_order_id=name,
        symbol="AAA",
        side="BUY",
        order_type="LIMIT",
        quantity=Decimal(10),
        limit_price=Decimal(50),
    )


def after(key: int, order: Order) -> tuple[str, str, Decimal, Decimal]:
    """State of order and saga, balance, reserved; the ledger is right."""
    with on_account(key):
        assert ledger.check() == []
        saga = SagaInstance.objects.get(idempotency_key=str(order.order_id))
    account = selectors.account_get(account_db_key=key)
    state = selectors.order_get(account_db_key=key, order_id=order.order_id).state
    return state, saga.status, account.balance, account.reserved


FULL = Decimal(100_000)


def test_an_order_is_placed_filled_and_told(key: int, exchange: Exchange) -> None:
    order = buy(key)
    assert order.state == "reserved"
    drive("shard_2")
    assert after(key, order) == ("placed", "completed", FULL, Decimal("500.000001"))
    exchange.filled.add(f"ex-{order.order_id}")
    with on_shard(2):
        assert settlement.settle() == 1
        assert settlement.settle() == 0
    assert after(key, order) == ("filled", "completed", Decimal(99_500), NONE)


def test_what_the_broker_refuses_is_released_with_its_reason(key: int, exchange: Exchange) -> None:
    exchange.answers = [OrderRefused("not on a Sunday")]
    order = buy(key)
    drive("shard_2")
    assert after(key, order) == ("rejected", "compensated", FULL, NONE)
    told = selectors.order_get(account_db_key=key, order_id=order.order_id)
    assert told.reason == "order_refused: not on a Sunday"


@pytest.mark.parametrize("lost", ["lost before", "lost after"])
def test_a_lost_answer_makes_one_order(key: int, exchange: Exchange, lost: str) -> None:
    exchange.answers = [lost, lost]
    order = buy(key)
    drive("shard_2")
    assert after(key, order)[:2] == ("placed", "completed")
    assert list(exchange.orders) == [f"ex-{order.order_id}"]


def test_an_order_whose_placing_is_given_up_and_that_never_got_there_is_rejected(key: int, exchange: Exchange) -> None:
    exchange.answers = ["lost before"] * 8
    order = buy(key)
    drive("shard_2")
    assert after(key, order) == ("rejected", "compensated", FULL, NONE)


def test_one_that_got_there_all_the_same_is_cancelled_at_the_broker(key: int, exchange: Exchange) -> None:
    exchange.answers = ["lost after"] * 8
    order = buy(key)
    drive("shard_2")
    assert after(key, order) == ("cancelled", "compensated", FULL, NONE)
    assert exchange.cancelled == {f"ex-{order.order_id}"}


def test_one_that_was_filled_meanwhile_is_booked_and_not_lost(key: int, exchange: Exchange) -> None:
    exchange.answers = ["lost after"] * 8
    order = buy(key)
    exchange.filled.add(f"ex-{order.order_id}")
    drive("shard_2")
    assert after(key, order) == ("filled", "compensated", Decimal(99_500), NONE)


def test_a_cancel_that_comes_before_the_broker_has_it_places_nothing(key: int, exchange: Exchange) -> None:
    order = buy(key)
    services.order_cancel_request(account_db_key=key, order_id=order.order_id)
    drive("shard_2")
    assert after(key, order) == ("cancelled", "compensated", FULL, NONE)
    assert exchange.orders == {}


def test_a_cancel_that_comes_after_a_fill_leaves_the_fill(key: int, exchange: Exchange) -> None:
    order = buy(key)
    drive("shard_2")
    exchange.filled.add(f"ex-{order.order_id}")
    services.order_cancel_request(account_db_key=key, order_id=order.order_id)
    assert settlement.settle_one(account_db_key=key, order_id=order.order_id).state == "filled"
    assert after(key, order) == ("filled", "completed", Decimal(99_500), NONE)


def test_a_broker_that_does_not_answer_holds_up_no_other(
    key: int, exchange: Exchange, make_account: MakeAccount, monkeypatch: pytest.MonkeyPatch, feed: Feed
) -> None:
    def silent(orders: Sequence[Order]) -> list[Report]:
        raise BrokerUnavailable

    paper = make_account(shard=2).account_db_key
    ours, theirs = buy(paper), buy(key)
    drive("shard_2")
    monkeypatch.setattr(exchange, "reports", silent)
    feed("AAA", 50)
    with on_shard(2):
        assert settlement.settle() == 1
    assert after(paper, ours)[0] == "filled"
    assert after(key, theirs)[0] == "placed"


def test_two_orders_of_one_account_are_placed_one_after_the_other_where_the_broker_wants_it(
    key: int, exchange: Exchange
) -> None:
    first, second = buy(key, "one"), buy(key, "two")
    with on_shard(2):
        assert sorted(SagaInstance.objects.values_list("status", flat=True)) == ["started", "waiting"]
    drive("shard_2")
    assert [after(key, order)[:2] for order in (first, second)] == [("placed", "completed")] * 2
