"""Two who change the same order or account at one moment, with the lock on the cash account's row and without it.

`fp_portfolio_order_reserve` has its own in test_reservation_race. `fp_portfolio_ledger_post` is called under its
callers' locks; here it is called alone. What `fp_portfolio_order_cancel` notes is kept to open orders by the conditions
of its one UPDATE; its lock is for what it answers.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from accounts.portfolio import ledger, procedures, selectors, services
from accounts.portfolio.exceptions import OrderEnded
from accounts.portfolio.models import UserLedger, UserOrder, UserPortfolio
from accounts.portfolio.opening import account_open
from accounts.portfolio.paper import PaperBroker
from accounts.portfolio.procedures import Order
from accounts.procedures import SignedUp
from config.databases import shard_alias
from shards.models import UniversalOutbox
from shards.procedures import call
from shards.scope import on_shard
from shards.transactions import in_account_transaction
from tests import scratch
from tests.accounts.portfolio.conftest import Feed, Place, session
from tests.weakened import weakened

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

AtOnce = Callable[..., list[Any]]
LOCK = ("FOR UPDATE", "")
PAUSE = "    DO SLEEP(1);\n"
IS_PAUSED = "SELECT COUNT(*) FROM performance_schema.threads WHERE processlist_state = 'User sleep'"


@pytest.fixture
def key(make_account: Callable[..., SignedUp], feed: Feed) -> int:
    feed("AAA", 50)
    key = make_account(shard=1).account_db_key
    account_open(account_db_key=key)
    return key


def names(answers: list[Any]) -> Counter[str]:
    return Counter(type(answer).__name__ if isinstance(answer, Exception) else str(answer) for answer in answers)


def findings() -> list[str]:
    with on_shard(1):
        return [row.finding for row in ledger.check()]


def events() -> int:
    with on_shard(1):
        return UniversalOutbox.objects.filter(domain="portfolio").count()


def new_order(key: int, name: str = "one") -> Order:
    return services.order_place(
        account_db_key=key,
        client_order_id=name,
        symbol="AAA",
        side="BUY",
        order_type="LIMIT",
        quantity=Decimal(10),
        limit_price=Decimal(50),
    )


def test_two_who_open_an_account_open_one(make_account: Callable[..., SignedUp], feed: Feed, at_once: AtOnce) -> None:
    feed("AAA", 50)
    two = [make_account(shard=1).account_db_key for _ in range(2)]
    answers = at_once(lambda _: account_open(account_db_key=two[0]).result, *range(6))
    assert names(answers) == {"SUCCESS": 1, "EXISTS": 5}
    with weakened("shard_1", "fp_create_account", ("DECLARE EXIT HANDLER FOR 1062 SET v_is_new = FALSE;", "")):
        answers = at_once(lambda _: account_open(account_db_key=two[1]).result, *range(6))
    assert names(answers) == {"SUCCESS": 1, "IntegrityError": 5}
    assert findings() == []


def test_one_client_order_id_sent_twice_is_one_order(key: int, at_once: AtOnce) -> None:
    answers = at_once(lambda _: new_order(key).order_id, *range(4))
    assert len(set(answers)) == 1
    decide = "    IF v_order_id IS NOT NULL THEN"
    with weakened("shard_1", "fp_portfolio_order_insert", LOCK, (decide, f"{PAUSE}{decide}")):
        answers = at_once(lambda _: new_order(key, "two").order_id, *range(4))
    assert names(answers)["IntegrityError"] == 3, "the constraint is what stops them"
    assert findings() == []


@pytest.fixture
def settle(key: int, feed: Feed, place: Place, at_once: AtOnce) -> Callable[[], Counter[str]]:
    """Two book the same fill."""
    order = place(key, "BUY", 10, "AAA", limit=50)
    feed("AAA", 50)
    (report,) = PaperBroker().reports([order])
    return lambda: names(
        at_once(lambda _: services.order_settle(account_db_key=key, order=order, report=report), *range(2))
    )


def test_a_fill_that_two_have_heard_of_is_booked_and_told_once(settle: Callable[[], Counter[str]]) -> None:
    assert settle() == {"filled": 2}
    assert (events(), findings()) == (1, [])


def test_without_the_lock_both_take_the_fill_for_new(settle: Callable[[], Counter[str]]) -> None:
    """What is reserved, and the fill's constraint, let one of them in: the other gets an error."""
    new = "    IF v_is_new THEN"
    with weakened("shard_1", "fp_portfolio_order_fill", LOCK, (new, f"{PAUSE}{new}")):
        answers = settle()
    assert answers["filled"] == 1
    assert answers.keys() & {"IntegrityError", "OperationalError"}
    assert (events(), findings()) == (1, [])


@pytest.fixture
def end(key: int, place: Place, at_once: AtOnce) -> Callable[[], Counter[str]]:
    """One cancels an order, the other lets it expire; another order has as much reserved."""
    order, _ = (place(key, "BUY", 10, "AAA", limit=50) for _ in range(2))
    ended = in_account_transaction(services.end)
    return lambda: names(
        at_once(
            lambda state: ended(account_db_key=key, order_id=order.order_id, state=state, reason="."),
            "cancelled",
            "expired",
        )
    )


def test_an_order_ends_once(end: Callable[[], Counter[str]]) -> None:
    (answers,) = end().items()
    assert answers[1] == 2, "both say how it ended"
    assert (events(), findings()) == (1, [])


def test_without_the_lock_it_ends_twice(end: Callable[[], Counter[str]]) -> None:
    release = "    IF v_state IN ('accepted'"
    with weakened("shard_1", "fp_portfolio_order_end", LOCK, (release, f"{PAUSE}{release}")):
        assert end() == {"cancelled": 1, "expired": 1}
    assert (events(), findings()) == (2, ["reserved_cash"])


@pytest.fixture
def split(key: int, feed: Feed, place: Place, at_once: AtOnce) -> Callable[[], int]:
    """Two book one split of ten shares; how many there are afterwards."""
    order = place(key, "BUY", 10, "AAA", limit=50)
    feed("AAA", 50)
    (report,) = PaperBroker().reports([order])
    services.order_settle(account_db_key=key, order=order, report=report)
    asked: dict[str, Any] = {"account_db_key": key, "asset_code": "AAA", "session": session(2), "ratio": Decimal(2)}

    def both() -> int:
        at_once(lambda _: services.split_book(**asked), *range(2))
        with on_shard(1):
            (held,) = procedures.portfolio_positions_get(account_db_key=key)
            assert UserLedger.objects.filter(entry_type="SPLIT").count() == held.quantity / 10 - 1
        return int(held.quantity)

    return both


def test_a_split_is_booked_once(split: Callable[[], int]) -> None:
    assert (split(), findings()) == (20, [])


def test_without_the_lock_a_split_is_booked_twice(split: Callable[[], int]) -> None:
    book = "    IF NOT v_is_booked"
    with weakened("shard_1", "fp_portfolio_split_book", LOCK, (book, f"{PAUSE}{book}")):
        assert split() == 30


@pytest.fixture
def placed(key: int, at_once: AtOnce) -> Callable[[], tuple[Counter[str], str]]:
    """Two say under which id the broker has an order; which one it keeps."""
    order = new_order(key)

    def both() -> tuple[Counter[str], str]:
        answers = at_once(
            lambda name: services.order_placed(account_db_key=key, order_id=order.order_id, broker_order_id=name),
            "first",
            "other",
        )
        return names(answers), selectors.order_get(account_db_key=key, order_id=order.order_id).broker_order_id

    return both


def test_an_order_is_placed_under_one_id(placed: Callable[[], tuple[Counter[str], str]]) -> None:
    assert placed()[0] == {"placed": 1, "OrderStateWrong": 1}


def test_without_the_lock_an_id_at_the_broker_is_lost(placed: Callable[[], tuple[Counter[str], str]]) -> None:
    place = "    IF v_state = 'reserved' THEN"
    with weakened("shard_1", "fp_portfolio_order_placed", LOCK, (place, f"{PAUSE}{place}")):
        assert placed()[0] == {"placed": 2}


@pytest.fixture
def sent(key: int, at_once: AtOnce) -> Callable[[float], bool]:
    """One is about to send the order; the other has its id, and says so when the first one pauses, or so many seconds
    later. Whether the order counts as under way afterwards.
    """
    order = new_order(key)
    named: dict[str, Any] = {"account_db_key": key, "order_id": order.order_id}

    def both(seconds: float) -> bool:
        def place() -> None:
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline and not scratch.execute("shard_1", IS_PAUSED)[0][0]:
                time.sleep(0.01)
            services.order_placed(**named, broker_order_id="first")

        at_once(lambda act: act(), lambda: services.order_asked(**named, is_asked=True), place)
        with on_shard(1):
            return UserOrder.objects.get(order_id=order.order_id).broker_asked_at is not None

    return both


def test_an_order_that_the_broker_has_is_not_under_way(sent: Callable[[float], bool]) -> None:
    assert not sent(0)


def test_without_the_lock_it_would_be_under_way_for_ever(sent: Callable[[float], bool]) -> None:
    note = "    UPDATE table_user_orders"
    with weakened("shard_1", "fp_portfolio_order_asked", LOCK, (note, f"{PAUSE}{note}")):
        assert sent(20)


@pytest.fixture
def cancel_at_the_end(key: int, place: Place, at_once: AtOnce) -> Callable[[], Any]:
    """What its owner is told who cancels an order that is ending and not committed yet."""
    order = place(key, "BUY", 10, "AAA", limit=50)
    is_ended = threading.Event()

    @in_account_transaction
    def end(*, account_db_key: int) -> None:
        procedures.portfolio_order_end(
            account_db_key=account_db_key, order_id=order.order_id, state="expired", reason="."
        )
        is_ended.set()
        time.sleep(0.4)

    @in_account_transaction
    def cancel(*, account_db_key: int) -> str:
        assert is_ended.wait(30)
        return procedures.portfolio_order_cancel(account_db_key=account_db_key, order_id=order.order_id).state

    def both() -> Any:
        failed, answer = at_once(lambda work: work(account_db_key=key), end, cancel)
        assert failed is None, failed
        with on_shard(1):
            assert UserOrder.objects.get().cancel_requested_at is None
        return answer

    return both


def test_whoever_cancels_an_order_that_ends_is_told_so(cancel_at_the_end: Callable[[], Any]) -> None:
    assert isinstance(cancel_at_the_end(), OrderEnded)


def test_without_the_lock_he_is_told_that_it_is_open(cancel_at_the_end: Callable[[], Any]) -> None:
    with weakened("shard_1", "fp_portfolio_order_cancel", LOCK):
        assert cancel_at_the_end() == "placed"


@pytest.fixture
def post(key: int, at_once: AtOnce) -> Callable[[], tuple[Counter[str], int]]:
    """Two entries of a share each, at once, behind a first: how they went, and the shares that there are then."""

    def one(_: int) -> None:
        with on_shard(1), transaction.atomic(using=shard_alias(1)):
            call(
                "fp_portfolio_ledger_post",
                account_db_key=key,
                entry_type="SPLIT",
                session=session(0),
                cash_change=Decimal(0),
                asset_code="AAA",
                quantity_change=Decimal(1),
                cost_change=Decimal(0),
                price=None,
                commission=Decimal(0),
                realized_profit=Decimal(0),
                order_id=None,
                broker_fill_id=None,
            )

    def both() -> tuple[Counter[str], int]:
        answers = names(at_once(one, 1, 2))
        with on_shard(1):
            return answers, int(UserPortfolio.objects.get().quantity)

    one(0)
    return both


def test_two_entries_follow_each_other(post: Callable[[], tuple[Counter[str], int]]) -> None:
    answers, shares = post()
    assert (dict(answers), shares) == ({"None": 2}, 3)
    assert findings() == []


def test_without_the_lock_the_trigger_stops_the_second(post: Callable[[], tuple[Counter[str], int]]) -> None:
    number = "    IF v_entry_no IS NULL"
    with weakened("shard_1", "fp_portfolio_ledger_post", LOCK, (number, f"{PAUSE}{number}")):
        answers, shares = post()
    assert (dict(answers), shares) == ({"None": 1, "LedgerEntryWrong": 1}, 2)
    assert findings() == []
