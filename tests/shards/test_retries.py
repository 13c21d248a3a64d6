"""One unit of work: rolled back and run again as a whole, its commit included (`shards.transactions`)."""

from collections.abc import Callable

import pytest
from django.db import OperationalError, connections, transaction
from prometheus_client import REGISTRY

from shards.models import AccountResidence
from shards.scope import on_shard
from shards.transactions import TRIES, in_global_transaction, in_transaction

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def epochs() -> dict[int, int]:
    with on_shard(1):
        return dict(AccountResidence.objects.values_list("account_db_key", "epoch"))


def failing(errno: int, times: int, runs: list[int]) -> Callable[[], str]:
    """A unit that writes a row and then fails, the first `times` times."""

    def unit() -> str:
        runs.append(1)
        AccountResidence.objects.create(account_db_key=len(runs))
        if len(runs) <= times:
            raise OperationalError(errno, "made up")
        return "done"

    return in_transaction(unit)


@pytest.mark.parametrize("errno", [1213, 1205, 1020, 3572])
def test_these_numbers_are_run_again_after_a_rollback(errno: int) -> None:
    runs: list[int] = []
    with on_shard(1):
        assert failing(errno, 2, runs)() == "done"
    assert epochs() == {3: 1}, "the rows of the first two runs were rolled back"
    labels = {"unit": "failing.<locals>.unit", "errno": str(errno)}
    assert REGISTRY.get_sample_value("transaction_retries_total", labels) == 2


@pytest.mark.parametrize("errno", [2006, 2013, 1062, 1054])
def test_nothing_else_is_run_again(errno: int) -> None:
    """After a lost connection the commit may have happened."""
    runs: list[int] = []
    unit = failing(errno, 1, runs)
    with on_shard(1), pytest.raises(OperationalError) as raised:
        unit()
    assert raised.value.args[0] == errno
    assert runs == [1]
    assert epochs() == {}


def test_it_gives_up_after_so_many_tries() -> None:
    runs: list[int] = []
    unit = failing(1213, 100, runs)
    with on_shard(1), pytest.raises(OperationalError):
        unit()
    assert len(runs) == TRIES
    assert epochs() == {}


def test_a_connection_that_is_lost_right_after_a_commit_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Django has not switched autocommit on again: it would take the next unit for a part of a transaction that nobody
    ends, and so each unit after it, for as long as the thread lives.
    """
    connection = connections["shard_1"]
    commit = connection.commit

    def commit_and_die() -> None:
        commit()
        with connection.copy().cursor() as another:
            another.execute(f"KILL {connection.connection.thread_id()}")

    runs: list[int] = []
    unit = failing(1213, 0, runs)
    with on_shard(1):
        with monkeypatch.context() as patch:
            patch.setattr(connection, "commit", commit_and_die)
            with pytest.raises(OperationalError):
                unit()
        assert unit() == "done"
    assert epochs() == {1: 1, 2: 1}


def test_a_commit_that_fails_is_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Galera and Group Replication report conflicts at COMMIT."""
    connection = connections["shard_1"]
    commit = connection.commit
    runs: list[int] = []

    def failing_commit() -> None:
        if len(runs) == 1:
            raise OperationalError(1213, "at commit")
        commit()

    monkeypatch.setattr(connection, "commit", failing_commit)
    with on_shard(1):
        failing(0, 0, runs)()
    assert (len(runs), epochs()) == (2, {2: 1})


def test_it_refuses_to_run_inside_another_transaction() -> None:
    with on_shard(1), transaction.atomic("shard_1"), pytest.raises(RuntimeError, match="durable"):
        failing(0, 0, [])()
    assert epochs() == {}


def test_units_on_two_databases_may_nest() -> None:
    @in_global_transaction
    def outer() -> str:
        with on_shard(1):
            return failing(0, 0, [])()

    assert outer() == "done"
    assert epochs() == {1: 1}
