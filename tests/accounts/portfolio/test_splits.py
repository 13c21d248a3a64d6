"""A split changes the number of the shares that were held before it, once, and neither their cost nor the value."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from accounts.portfolio import ledger, overview, procedures, selectors, settlement
from accounts.procedures import SignedUp
from shards.scope import on_shard
from signals.models import MarketSplit
from tests.accounts.portfolio.conftest import Feed, Place, session

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


@pytest.mark.parametrize(("ratio", "shares", "price"), [("2", "20", 25), ("0.1", "1", 500)])
def test_shares_from_before_it_are_split_once(
    make_account: Callable[..., SignedUp], feed: Feed, place: Place, ratio: str, shares: str, price: int
) -> None:
    key = make_account(shard=1).account_db_key
    feed("AAA", 50)
    place(key, "BUY", 10, "AAA", limit=50)
    feed("AAA", 50)
    with on_shard(1):
        assert settlement.settle() == 1
        sale = place(key, "SELL", 8, "AAA", limit=60, force="GTC")
        MarketSplit.objects.create(symbol="AAA", session=session(2), ratio=Decimal(ratio))
        feed("AAA", price)
        settlement.settle()
        settlement.settle()
        (held,) = procedures.portfolio_positions_get(account_db_key=key)
        assert (held.quantity, held.reserved_quantity) == (Decimal(shares), Decimal(0))
        assert held.book_cost == Decimal("501.25")
        entries = procedures.portfolio_ledger_get(account_db_key=key, after_entry_no=0, limit=9)
        assert [entry.entry_type for entry in entries] == ["OPENING", "BUY", "SPLIT"]
        assert ledger.check() == []
        series = overview.value_series(account_db_key=key)
    assert selectors.order_get(account_db_key=key, order_id=sale.order_id).reason == "AAA was split"
    assert series is not None
    assert series.values.tolist() == [100_000, 99_998.75, 99_998.75]


def test_shares_from_after_it_are_left_alone(make_account: Callable[..., SignedUp], feed: Feed, place: Place) -> None:
    key = make_account(shard=1).account_db_key
    feed("AAA", 50, 25)
    MarketSplit.objects.create(symbol="AAA", session=session(1), ratio=Decimal(2))
    place(key, "BUY", 10, "AAA", limit=25)
    feed("AAA", 25)
    with on_shard(1):
        settlement.settle()
        (held,) = procedures.portfolio_positions_get(account_db_key=key)
    assert held.quantity == 10
