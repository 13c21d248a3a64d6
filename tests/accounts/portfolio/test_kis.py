"""The adapter for Korea Investment & Securities against a server that follows its documentation and fails in every way:
no order is filled twice, none is lost, each ends in a stated state.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from accounts.api_keys.services import api_keys_save
from accounts.portfolio import brokers, ledger, selectors, services, settlement
from accounts.portfolio.kis import client as kis_client
from accounts.portfolio.kis.broker import KisBroker
from accounts.portfolio.kis.client import AppKey, Client, NotDone
from accounts.portfolio.kis.setup import app_key
from accounts.portfolio.models import UserOrder
from accounts.portfolio.opening import account_open
from accounts.portfolio.procedures import Order
from accounts.procedures import SignedUp
from config.redis import sessions as redis
from shards.saga.definitions import Retry
from shards.saga.driver import drive
from shards.saga.models import SagaInstance
from shards.scope import on_shard
from tests.accounts.portfolio.conftest import Feed
from tests.accounts.portfolio.kis_documentation import CANCEL, EXECUTIONS, OPEN, ORDER
from tests.accounts.portfolio.kis_server import APP_KEY, APP_SECRET, KisServer

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
MakeAccount = Callable[..., SignedUp]

CERTAIN, TIMEOUT = 0.8, 0.3
CASH = Decimal(100_000)
WAYS = ["", "late 0.1", "late 0.6", "500 before", "500 after", "lost after filling", "429"]
APP = AppKey(APP_KEY, APP_SECRET)
ASKED = {"CANO": "12345678", "ACNT_PRDT_CD": "01", "OVRS_EXCG_CD": "NASD", "SORT_SQN": "DS"} | dict.fromkeys(
    ("CTX_AREA_FK200", "CTX_AREA_NK200"), ""
)


@pytest.fixture
def kis(monkeypatch: pytest.MonkeyPatch) -> Iterator[KisServer]:
    server = KisServer(token_pause=0.5)
    monkeypatch.setattr(kis_client, "ASK_AFTER", 1)
    client = Client(server.url, calls_per_second=1000, timeout=TIMEOUT)
    monkeypatch.setitem(
        brokers._brokers, "kis", KisBroker(client, lambda key: APP, is_simulation=False, certain=CERTAIN)
    )
    monkeypatch.setattr(Retry, "pause", lambda retry, tries: 0.1)
    yield server
    client.close()
    server.close()


@pytest.fixture
def key(make_account: MakeAccount, feed: Feed, kis: KisServer) -> int:
    """An account of shard 2 at KIS."""
    feed("AAA", 50)
    key = make_account(shard=2).account_db_key
    account_open(account_db_key=key, broker="kis", broker_account="12345678-01")
    return key


def buy(key: int, name: str = "one", quantity: Any = 10, force: str = "DAY") -> Order:
    return services.order_place(
        account_db_key=key,
        client_order_id=name,
        symbol="AAA",
        side="BUY",
        order_type="LIMIT",
        quantity=Decimal(quantity),
        limit_price=Decimal(50),
        time_in_force=force,
    )


def work(seconds: float = 15.0) -> None:
    """Until every saga has ended."""
    deadline = time.monotonic() + seconds
    with on_shard(2):
        while SagaInstance.objects.filter(completed_at=None).exists():
            drive("shard_2")
            assert time.monotonic() < deadline, "a saga does not end"
            time.sleep(0.05)


def settle() -> None:
    with on_shard(2):
        settlement.settle()
        assert ledger.check() == []


def state(key: int, order: Order) -> tuple[str, int]:
    told = selectors.order_get(account_db_key=key, order_id=order.order_id)
    return told.state, int(told.filled_quantity)


@pytest.mark.parametrize(
    "faults",
    [
        [],
        ["late 0.1"],
        ["late 0.6"],  # after its caller has given up
        ["500 before"],
        ["500 after"],
        ["lost"],
        ["lost after filling"],
        ["429", "busy", "ledger busy"],
        ["token ended"],
        ["429", "lost", "500 before"],  # the second is never sent: the order is there
    ],
    ids=", ".join,
)
def test_whatever_happens_to_it_an_order_is_filled_once(key: int, kis: KisServer, faults: list[str]) -> None:
    kis.faults[ORDER] = list(faults)
    order = buy(key)
    work()
    assert state(key, order) == ("placed", 0)
    assert len(kis.orders) == 1
    kis.fill()
    settle()
    settle()
    assert state(key, order) == ("filled", 10)
    account = selectors.account_get(account_db_key=key)
    assert (account.balance, account.reserved) == (CASH - Decimal("499.9") * Decimal("1.0025"), Decimal(0))


def test_what_kis_refuses_is_released(key: int, kis: KisServer) -> None:
    kis.faults[ORDER] = ["refused"]
    order, fraction, lasting = buy(key), buy(key, "two", "1.5"), buy(key, "three", force="GTC")
    work()
    assert [state(key, one) for one in (order, fraction, lasting)] == [("rejected", 0)] * 3
    told = selectors.order_get(account_db_key=key, order_id=order.order_id)
    assert told.reason == "order_refused: APBK0919 the market is closed"
    assert selectors.account_get(account_db_key=key).reserved == 0
    assert kis.orders == []


def test_fills_are_the_differences_of_sums_and_reports_that_fail_are_heard_later(key: int, kis: KisServer) -> None:
    order = buy(key)
    work()
    kis.fill(quantity=4)
    kis.faults[EXECUTIONS], kis.faults[OPEN] = ["500 before", "lost", "429"], ["", "late 0.6"]
    for _ in range(4):
        settle()
    assert state(key, order) == ("placed", 0)
    settle()
    assert state(key, order) == ("partially_filled", 4)
    kis.fill()
    settle()
    assert state(key, order) == ("filled", 10)


def test_a_cancel_leaves_what_was_faster(key: int, kis: KisServer) -> None:
    half, full = buy(key), buy(key, "two")
    work()
    kis.fill(0, 4)
    kis.fill(1)
    kis.faults[CANCEL] = ["lost"]
    for order in (half, full):
        services.order_cancel_request(account_db_key=key, order_id=order.order_id)
        settlement.settle_one(account_db_key=key, order_id=order.order_id)
    time.sleep(CERTAIN)
    settle()
    assert [state(key, half), state(key, full)] == [("cancelled", 4), ("filled", 10)]
    assert selectors.account_get(account_db_key=key).reserved == 0


def test_an_order_that_kis_ended_by_itself_expires(key: int, kis: KisServer) -> None:
    order = buy(key)
    work()
    kis.orders[0]["ended"] = True
    settle()
    assert state(key, order) == ("placed", 0)  # so young that the list of open orders may not have it
    time.sleep(CERTAIN)
    settle()
    assert state(key, order) == ("expired", 0)


def test_an_order_that_the_exchange_refuses_later_is_cancelled_with_its_reason(key: int, kis: KisServer) -> None:
    order = buy(key)
    work()
    kis.refuse(0, "halted")
    settle()
    told = selectors.order_get(account_db_key=key, order_id=order.order_id)
    assert (told.state, told.reason, told.filled_quantity) == ("cancelled", "halted", Decimal(0))
    assert selectors.account_get(account_db_key=key).reserved == 0


def test_the_simulation_is_asked_as_it_wants_to_be(key: int, kis: KisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brokers.broker_named("kis"), "is_simulation", True)
    kis.is_simulation = True
    kis.faults[ORDER] = ["lost"]
    orders = [buy(key), buy(key, "two"), buy(key, "three")]
    work()
    settle()
    assert [state(key, order) for order in orders] == [("placed", 0)] * 3
    kis.fill(0, 4)
    kis.fill(1)
    services.order_cancel_request(account_db_key=key, order_id=orders[0].order_id)
    settle()
    time.sleep(CERTAIN)
    settle()
    assert [state(key, order) for order in orders] == [("cancelled", 4), ("filled", 10), ("placed", 0)]
    assert OPEN not in {name for _, name in kis.calls}


def test_all_pages_are_read(key: int, kis: KisServer) -> None:
    orders = [buy(key, f"order {number}", quantity=number + 1) for number in range(8)]
    work()
    for number in range(8):
        kis.fill(number)
    settle()
    assert [state(key, order) for order in orders] == [("filled", number + 1) for number in range(8)]


def test_a_random_day_ends_with_the_same_shares_on_both_sides(
    key: int, kis: KisServer, make_account: MakeAccount
) -> None:
    chance = random.Random(8)
    kis.faults[ORDER] = chance.choices(WAYS, k=60)
    kis.faults[EXECUTIONS] = chance.choices(["", "", "500 before", "lost", "429"], k=60)
    orders = [buy(key, f"order {number}", quantity=number + 1) for number in range(8)]
    work(60)
    for number in range(len(kis.orders)):
        kis.fill(number, chance.choice([None, 1]))
    for order in chance.sample(orders, 3):
        if state(key, order)[0] in UserOrder.OPEN:
            services.order_cancel_request(account_db_key=key, order_id=order.order_id)
    time.sleep(CERTAIN)
    kis.faults.clear()
    settle()
    for placed in kis.orders:
        placed["ended"] = True
    time.sleep(CERTAIN)
    settle()
    with on_shard(2):
        assert not UserOrder.objects.filter(state__in=UserOrder.OPEN).exists()
        booked = sum(int(order.filled_quantity) for order in UserOrder.objects.all())
    assert kis.filled() == {"BUY AAA": booked}
    assert Counter(state(key, order)[0] for order in orders).keys() <= {"filled", "cancelled", "expired", "rejected"}
    assert selectors.account_get(account_db_key=key).reserved == 0


def test_only_a_key_that_may_trade_is_used(key: int, kis: KisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brokers.broker_named("kis"), "app_key", app_key)
    orders = [buy(key)]
    work()
    keys = {"korea_investment_app_key": APP_KEY, "korea_investment_app_secret": APP_SECRET}
    api_keys_save(account_db_key=key, **keys)
    orders.append(buy(key, "two"))
    work()
    api_keys_save(account_db_key=key, korea_investment_trade_allowed=True)
    orders.append(buy(key, "three"))
    work()
    shown = [selectors.order_get(account_db_key=key, order_id=order.order_id) for order in orders]
    assert [order.state for order in shown] == ["rejected", "rejected", "placed"]
    assert [order.reason.partition(":")[0] for order in shown] == ["api_key_missing", "api_key_not_allowed", ""]


def test_many_who_need_a_token_ask_once(kis: KisServer, at_once: Callable[..., list[Any]]) -> None:
    clients = [Client(kis.url, calls_per_second=1000, timeout=2) for _ in range(12)]
    answers = at_once(lambda client: client.get(APP, f"/{OPEN}", "TTTS3018R", ASKED).body["rt_cd"], *clients)
    assert (answers, kis.tokens) == (["0"] * 12, 1)
    assert b"token-1" not in b"".join(redis().get(name) or b"" for name in redis().scan_iter("kis:*"))  # type: ignore[misc]
    for client in clients:
        client.close()


def test_a_second_has_no_more_calls_than_kis_allows(kis: KisServer, at_once: Callable[..., list[Any]]) -> None:
    client = Client(kis.url, calls_per_second=3, timeout=2)
    answers = at_once(lambda _: client.get(APP, f"/{OPEN}", "TTTS3018R", ASKED).body["rt_cd"], *range(6))
    assert answers == ["0"] * 6
    assert max(Counter(int(at) for at, _ in kis.calls).values()) <= 4  # one may be on its way when the second turns
    client.close()


def test_no_connection_and_no_token_mean_that_nothing_has_happened(kis: KisServer) -> None:
    nowhere = Client("http://127.0.0.1:9", calls_per_second=1000, timeout=1)
    with pytest.raises(NotDone):
        nowhere.post(APP, "/order", "TTTT1002U", {})
    nowhere.close()
