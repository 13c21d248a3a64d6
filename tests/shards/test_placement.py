"""Where an account lives: one row, remembered, and never trusted for a write."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import connections
from django.test.utils import CaptureQueriesContext

from accounts.procedures import SignedUp
from shards import placement
from shards.exceptions import AccountNotOnShard, AccountUnknown
from shards.models import AccountResidence, UserShardMapping
from shards.procedures import call
from shards.scope import current_alias, on_shard
from shards.transactions import in_account_transaction

pytestmark = pytest.mark.django_db(databases="__all__")


@in_account_transaction
def write(*, account_db_key: int) -> str:
    """What each routine that writes for an account does first; returns where it was done."""
    call("fp_account_residence_require", account_db_key=account_db_key)
    return current_alias()


def queries_of(key: int) -> int:
    with CaptureQueriesContext(connections["default"]) as queries:
        placement.shard_of(key)
    return len(queries)


def move(account: SignedUp, to: int) -> None:
    """The row and the residences change, and nobody tells the caches."""
    with on_shard(account.shard_id):
        AccountResidence.objects.filter(pk=account.account_db_key).update(state="moved")
    with on_shard(to):
        AccountResidence.objects.create(account_db_key=account.account_db_key)
    UserShardMapping.objects.filter(pk=account.account_db_key).update(shard_id=to)


def test_the_row_is_asked_once(make_account: Callable[..., SignedUp]) -> None:
    account = make_account(shard=2)
    placement.forget(account.account_db_key)
    assert queries_of(account.account_db_key) == 1
    assert queries_of(account.account_db_key) == 0
    assert placement.shard_of(account.account_db_key) == 2


def test_another_process_finds_it_in_the_cache(make_account: Callable[..., SignedUp]) -> None:
    account = make_account(shard=2)
    placement.shard_of(account.account_db_key)
    placement._remembered.clear()
    assert queries_of(account.account_db_key) == 0


def test_without_the_cache_the_row_is_asked(make_account: Callable[..., SignedUp]) -> None:
    account = make_account(shard=1)
    placement._remembered.clear()
    cache.clear()
    assert queries_of(account.account_db_key) == 1
    assert placement.shard_of(account.account_db_key) == 1


def test_what_was_forgotten_is_read_again(make_account: Callable[..., SignedUp]) -> None:
    account = make_account(shard=1)
    placement.shard_of(account.account_db_key)
    UserShardMapping.objects.filter(pk=account.account_db_key).update(shard_id=2)
    assert placement.shard_of(account.account_db_key) == 1
    placement.forget(account.account_db_key)
    assert placement.shard_of(account.account_db_key) == 2


def test_an_unknown_account_is_refused_and_not_remembered() -> None:
    for _ in range(2):
        with pytest.raises(AccountUnknown):
            placement.shard_of(999_999)
    assert 999_999 not in placement._remembered


def test_a_write_with_a_stale_mapping_goes_to_the_new_shard(make_account: Callable[..., SignedUp]) -> None:
    account = make_account(shard=1)
    assert write(account_db_key=account.account_db_key) == "shard_1"
    move(account, to=2)
    assert placement.shard_of(account.account_db_key) == 1
    assert write(account_db_key=account.account_db_key) == "shard_2"
    assert placement.shard_of(account.account_db_key) == 2


def test_a_write_while_the_account_moves_is_refused(make_account: Callable[..., SignedUp]) -> None:
    account = make_account(shard=1)
    with on_shard(1):
        AccountResidence.objects.update(state="moving")
    with pytest.raises(AccountNotOnShard):
        write(account_db_key=account.account_db_key)


def test_the_first_write_makes_the_residence_row(make_account: Callable[..., SignedUp]) -> None:
    account = make_account(shard=2)
    with on_shard(2):
        AccountResidence.objects.all().delete()
    assert write(account_db_key=account.account_db_key) == "shard_2"
    with on_shard(2):
        (row,) = AccountResidence.objects.all()
    assert (row.account_db_key, row.state, row.epoch) == (account.account_db_key, "active", 1)
    with on_shard(1):
        assert not AccountResidence.objects.exists()


def test_a_stale_mapping_makes_no_residence_row_where_the_account_never_lived(
    make_account: Callable[..., SignedUp],
) -> None:
    """The cache says shard 1, the row says shard 2: a residence row on shard 1 would let writes through there."""
    account = make_account(shard=2)
    placement.forget(account.account_db_key)
    placement.remember(account.account_db_key, 1)
    assert write(account_db_key=account.account_db_key) == "shard_2"
    with on_shard(1):
        assert not AccountResidence.objects.exists()


def test_a_write_for_nobody_is_refused_and_makes_nothing() -> None:
    with pytest.raises(AccountUnknown):
        write(account_db_key=999_999)
    for shard_id in (1, 2):
        with on_shard(shard_id):
            assert not AccountResidence.objects.exists()
