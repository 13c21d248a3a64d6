"""A cash account is opened once, with its first entry in the ledger; its number depends on the key alone."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from accounts.portfolio import ledger, opening, procedures, selectors
from accounts.portfolio.exceptions import MarketClosed
from accounts.portfolio.models import UserAccount, UserLedger
from accounts.procedures import SignedUp
from shards.scope import on_shard
from tests import scratch
from tests.accounts.portfolio.conftest import FIRST, Feed

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
MakeAccount = Callable[..., SignedUp]


def test_it_is_opened_when_it_is_first_asked_for(make_account: MakeAccount, feed: Feed) -> None:
    feed("AAA", 50)
    key = make_account(shard=2).account_db_key
    account = selectors.account_get(account_db_key=key)
    assert (account.balance, account.reserved, account.currency_code) == (Decimal(100_000), Decimal(0), "USD")
    assert (account.account_type, account.account_status, account.entry_no) == ("investment", "active", 1)
    with on_shard(2):
        (entry,) = procedures.portfolio_ledger_get(account_db_key=key, after_entry_no=0, limit=10)
        assert entry[:7] == (1, "OPENING", FIRST, "USD", Decimal(100_000), Decimal(100_000), "")
        assert ledger.check() == []


def test_many_at_once_open_one(make_account: MakeAccount, feed: Feed, at_once: Callable[..., list[Any]]) -> None:
    feed("AAA", 50)
    key = make_account(shard=1).account_db_key
    opened = at_once(lambda _: opening.account_open(account_db_key=key), *range(8))
    assert sorted(row.result for row in opened) == ["EXISTS"] * 7 + ["SUCCESS"]
    with on_shard(1):
        assert UserLedger.objects.count() == UserAccount.objects.count() == 1


def test_without_a_price_there_is_no_account_yet(make_account: MakeAccount) -> None:
    key = make_account().account_db_key
    with pytest.raises(MarketClosed):
        selectors.account_get(account_db_key=key)


@pytest.mark.parametrize("key", [1, 97, 1000, 1001, 99_999_999_999_999, 18_446_744_073_709_551_615])
def test_the_check_digits_find_every_wrong_digit_and_every_exchange_of_neighbours(key: int) -> None:
    ((number,),) = scratch.execute("shard_1", f"SELECT fn_account_number({key})")  # our own number
    assert int(number[:-2]) == key
    assert len(number) >= 16
    assert int(number) % 97 == 1
    wrong = [
        number[:place] + str(digit) + number[place + 1 :]
        for place in range(len(number))
        for digit in range(10)
        if str(digit) != number[place]
    ]
    swapped = [
        number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        for place in range(len(number) - 1)
        if number[place] != number[place + 1]
    ]
    assert [text for text in wrong + swapped if int(text) % 97 == 1] == []
