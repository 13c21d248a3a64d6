"""Fifty sign-ups at the same moment: the database itself says who was first."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Sum

from accounts.exceptions import AccountIdTaken, EmailTaken
from accounts.models import Account
from accounts.procedures import SignedUp
from accounts.services import account_insert
from shards.models import ErrorLog, ShardStats, UniversalOutbox, UserShardMapping

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

THREADS = 50


def sign_up(account_id: str, email: str) -> SignedUp:
    return account_insert(platform_type=1, account_id=account_id, password_hash="!", email=email, nickname="n")


def people() -> tuple[int, int, int, int]:
    users = ShardStats.objects.aggregate(users=Sum("user_count"))["users"]
    events = UniversalOutbox.objects.using("default").count()
    return Account.objects.count(), UserShardMapping.objects.count(), users, events


def test_one_id_is_won_once(at_once: Callable[..., list[Any]]) -> None:
    """With uq_accountid_platform_account removed, all fifty had an account of this id."""
    answers = at_once(lambda n: sign_up("alice", f"alice{n}@example.com"), *range(THREADS))
    assert Counter(map(type, answers)) == {SignedUp: 1, AccountIdTaken: THREADS - 1}
    assert people() == (1, 1, 1, 1)
    assert not ErrorLog.objects.using("default").exists()


def test_one_address_is_won_once(at_once: Callable[..., list[Any]]) -> None:
    """With uq_accountid_platform_email removed, all fifty had an account with this address."""
    answers = at_once(lambda n: sign_up(f"alice{n}", "alice@example.com"), *range(THREADS))
    assert Counter(map(type, answers)) == {SignedUp: 1, EmailTaken: THREADS - 1}
    assert people() == (1, 1, 1, 1)


def test_both_at_once_is_won_once(at_once: Callable[..., list[Any]]) -> None:
    answers = at_once(lambda n: sign_up("alice", "alice@example.com"), *range(THREADS))
    assert sum(isinstance(answer, SignedUp) for answer in answers) == 1
    assert {type(answer) for answer in answers} <= {SignedUp, AccountIdTaken, EmailTaken}
    assert people() == (1, 1, 1, 1)


@pytest.mark.parametrize("strategy", ["modulo", "least_loaded"])
def test_the_counts_are_exact(at_once: Callable[..., list[Any]], settings: Any, strategy: str) -> None:
    """With a trigger that reads user_count and then writes the number one higher, the sum of the counts was below the
    number of accounts."""
    settings.PLACEMENT = strategy
    answers = at_once(lambda n: sign_up(f"u{n}", f"u{n}@example.com"), *range(THREADS))
    assert [answer for answer in answers if not isinstance(answer, SignedUp)] == []
    assert people() == (THREADS,) * 4
    placed = Counter(answer.shard_id for answer in answers)
    assert dict(ShardStats.objects.values_list("shard_id", "user_count")) == placed
    if strategy == "modulo":
        assert {answer.account_db_key % 2 + 1 == answer.shard_id for answer in answers} == {True}
