"""The database refuses a wrong entry; what gets in all the same is found by `manage.py ledger_check`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from accounts.portfolio import ledger, services
from accounts.portfolio.paper import PaperBroker
from accounts.procedures import SignedUp
from config.databases import errno_of
from shards.routines import by_name
from shards.scope import on_shard
from tests import scratch
from tests.accounts.portfolio.conftest import Feed, Place

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
MakeAccount = Callable[..., SignedUp]

ENTRY = """
INSERT INTO table_user_ledger (
    account_db_key, entry_no, entry_type, session, currency_code, cash_change, cash_after, asset_code, quantity_change,
    quantity_after, cost_change, cost_after, price, order_id, broker_fill_id, created_at
)
SELECT account_db_key, {number}, 'SELL', session, currency_code, 500, {cash}, 'AAA', -10, {quantity}, 0, cost_after, 50,
       UNHEX(REPEAT('0A', 16)), 'planted', created_at
  FROM table_user_ledger
 WHERE account_db_key = {key} AND entry_no = 2
"""
# What is planted -> what the check says of it.
PLANTS = {
    "UPDATE table_user_accounts SET balance = balance + 0.000001": ["balance"],
    "UPDATE table_user_portfolios SET quantity = quantity + 0.000001": ["position"],
    "UPDATE table_user_accounts SET reserved = reserved + 0.000001": ["reserved_cash"],
    "UPDATE table_user_portfolios SET reserved_quantity = 1": ["reserved_quantity"],
    "UPDATE table_user_orders SET filled_quantity = 9, state = 'cancelled'": ["order_fills"],
    "UPDATE table_user_ledger SET cash_change = cash_change + 1 WHERE entry_no = 1": [
        "balance", "entry_breaks_chain", "entry_breaks_chain",
    ],
    "UPDATE table_user_ledger SET quantity_change = 11 WHERE entry_no = 2": [
        "asset_breaks_chain", "fill_amount", "order_fills", "position",
    ],
    "DELETE FROM table_user_ledger WHERE entry_no = 1": ["balance", "entry_breaks_chain"],
    "DELETE FROM table_user_portfolios": ["orphan"],
    "DELETE FROM table_user_accounts": ["orphan", "orphan"],
}  # fmt: skip


@pytest.fixture
def key(make_account: MakeAccount, feed: Feed, place: Place) -> int:
    """An account of shard 1 that has bought ten AAA."""
    key = make_account(shard=1).account_db_key
    feed("AAA", 50)
    order = place(key, "BUY", 10, "AAA")
    feed("AAA", 50)
    (report,) = PaperBroker().reports([order])
    assert services.order_settle(account_db_key=key, order=order, report=report) == "filled"
    return key


@contextmanager
def without_triggers() -> Iterator[None]:
    triggers = [by_name()[f"tr_table_user_ledger_{event}"] for event in ("insert", "update")]
    for trigger in triggers:
        scratch.execute("shard_1", f"DROP TRIGGER {trigger.name}")
    try:
        yield
    finally:
        for trigger in triggers:
            scratch.execute("shard_1", trigger.statement)


def check() -> list[str]:
    with on_shard(1):
        return [row.finding for row in ledger.check()]


@pytest.mark.parametrize(
    ("number", "cash", "quantity"),
    [
        ("entry_no + 2", "cash_after + 500", "quantity_after - 10"),
        ("entry_no + 1", "cash_after + 500.000001", "quantity_after - 10"),
        ("entry_no + 1", "cash_after + 500", "quantity_after - 9"),
    ],
)
def test_an_entry_that_does_not_continue_the_ledger_is_refused(key: int, number: str, cash: str, quantity: str) -> None:
    with pytest.raises(DatabaseError) as refused:
        scratch.execute("shard_1", ENTRY.format(number=number, cash=cash, quantity=quantity, key=key))
    assert errno_of(refused.value) == 31169
    assert check() == []


def test_an_entry_is_never_changed(key: int) -> None:
    with pytest.raises(DatabaseError) as refused:
        scratch.execute("shard_1", "UPDATE table_user_ledger SET cash_change = 0")
    assert errno_of(refused.value) == 31168


@pytest.mark.parametrize("plant", PLANTS)
def test_what_was_planted_is_found(key: int, plant: str) -> None:
    assert check() == []
    with without_triggers():
        scratch.execute("shard_1", plant)
    assert check() == PLANTS[plant]


def test_an_entry_that_came_by_other_ways_is_found(key: int) -> None:
    wrong = ENTRY.format(number="entry_no + 1", cash="cash_after + 500", quantity="quantity_after - 10", key=key)
    with without_triggers():
        scratch.execute("shard_1", wrong)
    assert check() == ["balance", "position"]


def test_the_command_says_what_it_found_and_fails(key: int) -> None:
    out = StringIO()
    call_command("ledger_check", stdout=out)
    assert out.getvalue() == "shard_1: 1 accounts, 0 findings\nshard_2: 0 accounts, 0 findings\n"
    scratch.execute("shard_1", "UPDATE table_user_accounts SET balance = balance + 1")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("ledger_check", stdout=out)
    cash = Decimal(100_000) - Decimal("501.50062500")
    assert f"account {key}: balance: {cash + 1:.6f} is not {cash:.6f}" in out.getvalue()
