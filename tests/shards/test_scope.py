import pytest

from accounts.models import Account
from shards.exceptions import ShardNotSelected
from shards.models import AccountResidence, UniversalOutbox
from shards.scope import on_global, on_shard

pytestmark = pytest.mark.django_db(databases="__all__")


def test_a_shard_model_without_a_shard_is_refused() -> None:
    with pytest.raises(ShardNotSelected):
        AccountResidence.objects.count()


def test_a_shard_model_on_the_global_database_is_refused() -> None:
    with on_global(), pytest.raises(ShardNotSelected):
        AccountResidence.objects.count()


def test_an_every_model_has_no_default() -> None:
    with pytest.raises(ShardNotSelected):
        UniversalOutbox.objects.count()


def test_a_row_is_written_back_where_it_came_from() -> None:
    with on_shard(1):
        AccountResidence.objects.create(account_db_key=7)
        row = AccountResidence.objects.get(pk=7)
    with on_shard(2):
        row.epoch = 5
        row.save()
        assert AccountResidence.objects.count() == 0
    with on_shard(1):
        assert AccountResidence.objects.get(pk=7).epoch == 5


def test_the_shard_is_reset_after_an_error() -> None:
    with pytest.raises(RuntimeError), on_shard(1):
        raise RuntimeError
    with pytest.raises(ShardNotSelected):
        AccountResidence.objects.count()


def test_a_global_model_needs_no_choice() -> None:
    with on_shard(2):
        assert Account.objects.count() == 0
