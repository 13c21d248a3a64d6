"""One order's way through its states: what it reserves, what its fills book, and what is released in the end."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from accounts.portfolio import ledger, procedures, selectors, services
from accounts.portfolio.brokers import Fill, Report
from accounts.portfolio.exceptions import (
    AssetUnknown,
    CashInsufficient,
    CurrencyDiffers,
    FillExceedsOrder,
    HoldingInsufficient,
    OrderDiffers,
    OrderEnded,
    OrderStateWrong,
    OrderUnknown,
)
from accounts.portfolio.paper import PaperBroker
from accounts.procedures import SignedUp
from shards.models import UniversalOutbox
from shards.placement import on_account
from tests.accounts.portfolio.conftest import Feed, Place, session

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
MakeAccount = Callable[..., SignedUp]
NONE = Decimal(0)


@pytest.fixture
def key(make_account: MakeAccount, feed: Feed) -> int:
    feed("AAA", 50)
    return make_account().account_db_key


def settle(key: int, order: procedures.Order) -> str:
    (report,) = PaperBroker().reports([order])
    state = services.order_settle(account_db_key=key, order=order, report=report)
    with on_account(key):
        assert ledger.check() == []
    return state


def position(key: int) -> procedures.Position:
    with on_account(key):
        (only,) = procedures.portfolio_positions_get(account_db_key=key)
    return only


def told(key: int) -> list[tuple[str, str]]:
    with on_account(key):
        rows = UniversalOutbox.objects.filter(domain="portfolio", partition_key=str(key)).order_by("sequence_no")
        return [(row.event_type, row.event_data["state"]) for row in rows]


def fill(number: str, quantity: str, price: str = "50", commission: str = "0", after: str = "0") -> Report:
    return Report(
        [Fill(number, Decimal(after), Decimal(quantity), Decimal(price), Decimal(commission), session(1))], ""
    )


def test_a_purchase_reserves_the_most_that_it_can_cost(key: int, place: Place) -> None:
    order = place(key, "BUY", 10, "AAA", limit=50)
    account = selectors.account_get(account_db_key=key)
    assert (order.state, order.reserved_cash) == ("placed", Decimal("501.250001"))  # 10 * 50 * 1.0025, and a millionth
    assert (account.balance, account.reserved) == (Decimal(100_000), Decimal("501.250001"))


def test_a_market_order_is_protected_by_a_distance_from_the_close(key: int, place: Place) -> None:
    assert place(key, "BUY", 10, "AAA").price_cap == Decimal("52.5")


def test_a_fill_books_cash_position_and_cost_together(key: int, place: Place, feed: Feed) -> None:
    order = place(key, "BUY", 10, "AAA", limit=50)
    feed("AAA", (49, 51, 48, 50))
    assert settle(key, order) == "filled"
    account, held = selectors.account_get(account_db_key=key), position(key)
    assert (account.balance, account.reserved) == (Decimal("99508.775"), NONE)  # 490 and 1.225 of commission
    assert (held.quantity, held.book_cost, held.average_cost) == (Decimal(10), Decimal("491.225"), Decimal("49.1225"))
    ended = selectors.order_get(account_db_key=key, order_id=order.order_id)
    assert (ended.filled_quantity, ended.filled_amount, ended.commission) == (
        Decimal(10),
        Decimal(490),
        Decimal("1.225"),
    )
    assert ended.ended_at is not None
    assert told(key) == [("portfolio.order_filled", "filled")]


def test_settling_again_changes_nothing(key: int, place: Place, feed: Feed) -> None:
    order = place(key, "BUY", 10, "AAA")
    feed("AAA", 50)
    assert [settle(key, order), settle(key, order)] == ["filled", "filled"]
    assert position(key).quantity == 10
    assert told(key) == [("portfolio.order_filled", "filled")]


def test_a_sale_takes_its_share_of_the_cost_and_the_last_one_all_of_it(key: int, place: Place) -> None:
    bought = place(key, "BUY", "3", "AAA", limit=50)
    services.order_settle(account_db_key=key, order=bought, report=fill("1", "3", "33.333333"))
    for number, (quantity, cost) in enumerate([("1", "33.333333"), ("2", "66.666666")]):
        sold = place(key, "SELL", quantity, "AAA", limit=40)
        services.order_settle(account_db_key=key, order=sold, report=fill("1", quantity, "60"))
        with on_account(key):
            entry = procedures.portfolio_ledger_get(account_db_key=key, after_entry_no=2 + number, limit=1)[0]
            assert entry.realized_profit == 60 * Decimal(quantity) - Decimal(cost)
            assert ledger.check() == []
    with on_account(key):
        assert procedures.portfolio_positions_get(account_db_key=key) == []


def test_partial_fills_reserve_less_and_less_and_a_cancel_releases_the_rest(key: int, place: Place, feed: Feed) -> None:
    order = place(key, "BUY", 10, "AAA", limit=50, force="GTC")
    assert (
        services.order_settle(account_db_key=key, order=order, report=fill("1", "4", "50", "0.5")) == "partially_filled"
    )
    half = selectors.order_get(account_db_key=key, order_id=order.order_id)
    assert half.reserved_cash == order.reserved_cash - Decimal("200.5")
    services.order_cancel_request(account_db_key=key, order_id=order.order_id)
    state = services.order_settle(account_db_key=key, order=half, report=Report([], "cancelled", "asked"))
    account = selectors.account_get(account_db_key=key)
    assert (state, account.balance, account.reserved) == ("cancelled", Decimal("99799.5"), NONE)
    assert position(key).quantity == 4
    assert told(key) == [("portfolio.order_filled", "partially_filled"), ("portfolio.order_ended", "cancelled")]


def test_a_sale_reserves_shares_and_expiry_releases_them(key: int, place: Place, feed: Feed) -> None:
    feed("AAA", 50)
    bought = place(key, "BUY", 10, "AAA")
    feed("AAA", 50)
    settle(key, bought)
    sold = place(key, "SELL", 8, "AAA", limit=60)
    assert position(key).reserved_quantity == 8
    with pytest.raises(HoldingInsufficient):
        place(key, "SELL", 3, "AAA")
    feed("AAA", (50, 55, 49, 52))
    assert settle(key, sold) == "expired"
    assert (position(key).quantity, position(key).reserved_quantity) == (Decimal(10), NONE)


def test_the_same_client_order_id_is_the_same_order(key: int) -> None:
    wanted = {
        "account_db_key": key,
        "client_order_id": "mine",
        "symbol": "AAA",
        "side": "BUY",
        "order_type": "MARKET",
        "quantity": Decimal(1),
    }
    first, second = services.order_place(**wanted), services.order_place(**wanted)  # type: ignore[arg-type]
    assert first == second
    with pytest.raises(OrderDiffers):
        services.order_place(**wanted | {"quantity": Decimal(2)})  # type: ignore[arg-type]
    assert selectors.account_get(account_db_key=key).reserved == first.reserved_cash


def test_what_cannot_be_ordered_is_refused_and_leaves_nothing(key: int, place: Place, feed: Feed) -> None:
    feed("EUR", 10, currency="EUR")
    with pytest.raises(CashInsufficient):
        place(key, "BUY", 2000, "AAA", limit=50)
    with pytest.raises(HoldingInsufficient):
        place(key, "SELL", 1, "AAA")
    with pytest.raises(AssetUnknown):
        place(key, "BUY", 1, "ZZZ")
    with pytest.raises(CurrencyDiffers):
        place(key, "BUY", 1, "EUR")
    assert selectors.order_list(account_db_key=key, before=None, limit=10) == []
    assert selectors.account_get(account_db_key=key).reserved == 0


def test_a_fill_beyond_the_order_or_of_an_ended_one_is_refused(key: int, place: Place) -> None:
    order = place(key, "BUY", 10, "AAA", limit=50)
    for wrong in (fill("1", "11"), fill("1", "10", "60"), fill("1", "10", "50", "2")):
        with pytest.raises(FillExceedsOrder):
            services.order_settle(account_db_key=key, order=order, report=wrong)
    services.order_settle(account_db_key=key, order=order, report=Report([], "expired"))
    with pytest.raises(OrderStateWrong):
        services.order_settle(account_db_key=key, order=order, report=fill("1", "1"))
    with pytest.raises(OrderEnded):
        services.order_cancel_request(account_db_key=key, order_id=order.order_id)


def test_a_stranger_s_order_is_unknown(key: int, place: Place, make_account: MakeAccount) -> None:
    order = place(key, "BUY", 1, "AAA")
    stranger = make_account().account_db_key
    with pytest.raises(OrderUnknown):
        selectors.order_get(account_db_key=stranger, order_id=order.order_id)
    with pytest.raises(OrderUnknown):
        services.order_cancel_request(account_db_key=stranger, order_id=order.order_id)
