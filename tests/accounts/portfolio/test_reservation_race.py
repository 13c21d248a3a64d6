"""Ten orders that each need more than half of the cash, or of the shares, at one moment: one gets it.

Without the lock on the cash account's row, they all see the same free cash, and the CHECK constraint is what stops
them: an error instead of a refusal.
"""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from accounts.portfolio import ledger, selectors, services
from accounts.portfolio.opening import account_open
from accounts.procedures import SignedUp
from shards.scope import on_shard
from tests.accounts.portfolio.conftest import Feed
from tests.weakened import weakened

Buy = Callable[[], list[str]]

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


@pytest.fixture
def buy(make_account: Callable[..., SignedUp], feed: Feed, at_once: Callable[..., list[Any]]) -> Buy:
    """Ten at once; what became of each."""
    feed("AAA", 50)
    key = make_account(shard=1).account_db_key
    account_open(account_db_key=key)

    def one(number: int) -> str:
        return services.order_place(
            account_db_key=key,
            client_order_id=str(number),
            symbol="AAA",
            side="BUY",
            order_type="LIMIT",
            quantity=Decimal(1100),
            limit_price=Decimal(50),
        ).state

    def ten() -> list[str]:
        answers = at_once(one, *range(10))
        assert selectors.account_get(account_db_key=key).reserved == Decimal("55137.500001")
        with on_shard(1):
            assert ledger.check() == []
        return [answer if isinstance(answer, str) else type(answer).__name__ for answer in answers]

    return ten


def test_one_order_gets_the_cash(buy: Buy) -> None:
    assert Counter(buy()) == {"reserved": 1, "CashInsufficient": 9}


def test_without_the_lock_the_constraint_is_what_stops_them(buy: Buy) -> None:
    read = "    SELECT state, side, asset_code, quantity, quantity * price_cap"
    pause = (read, f"    DO SLEEP(0.2);\n{read}")
    lock = ("\n       FOR UPDATE;", ";")
    with (
        weakened("shard_1", "fp_portfolio_order_insert", lock),
        weakened("shard_1", "fp_portfolio_order_reserve", lock, pause),
    ):
        counted = Counter(buy())
    assert counted["reserved"] == 1
    assert counted.keys() & {"IntegrityError", "OperationalError"}
