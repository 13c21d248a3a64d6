"""Units of work that meet real locks (`shards.transactions`); what is lost without the retry is said at each."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections, transaction

from shards.models import AccountResidence, ErrorLog
from shards.procedures import call
from shards.scope import current_alias, on_shard
from shards.transactions import in_transaction

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def epochs() -> dict[int, int]:
    with on_shard(1):
        return dict(AccountResidence.objects.values_list("account_db_key", "epoch"))


@pytest.fixture
def two_rows() -> None:
    with on_shard(1):
        AccountResidence.objects.bulk_create(AccountResidence(account_db_key=key) for key in (1, 2))


def raise_epoch(key: int) -> None:
    with connections[current_alias()].cursor() as cursor:
        cursor.execute("UPDATE table_account_residence SET epoch = epoch + 1 WHERE account_db_key = %s", [key])


@pytest.mark.usefixtures("two_rows")
def test_a_deadlock_is_run_again_and_nothing_is_counted_twice(at_once: Callable[..., list[Any]]) -> None:
    """Two threads lock two rows in opposite order and meet in the middle. Without the decorator (`transaction.atomic`
    alone) one of them got 1213 and its two updates were missing."""
    middle = threading.Barrier(2)
    runs: list[int] = []

    @in_transaction
    def both(first: int, second: int) -> None:
        runs.append(first)
        raise_epoch(first)
        if runs.count(first) == 1:
            middle.wait(10)
        raise_epoch(second)

    def work(order: tuple[int, int]) -> None:
        with on_shard(1):
            both(*order)

    assert at_once(work, (1, 2), (2, 1)) == [None, None]
    assert epochs() == {1: 3, 2: 3}
    assert len(runs) == 3, "one of the two ran twice"
    assert not ErrorLog.objects.using("shard_1").exists()


@pytest.mark.usefixtures("two_rows")
def test_a_lock_wait_is_run_again_from_the_start(at_once: Callable[..., list[Any]]) -> None:
    """1205 undoes the statement alone: without the rollback, the first update would have counted twice."""
    held, tried = threading.Event(), threading.Event()
    runs: list[int] = []

    @in_transaction
    def writer() -> None:
        runs.append(1)
        with connections["shard_1"].cursor() as cursor:
            cursor.execute("SET SESSION innodb_lock_wait_timeout = 1")
        raise_epoch(1)
        try:
            raise_epoch(2)
        finally:
            tried.set()

    def work(which: str) -> None:
        with on_shard(1):
            if which == "writer":
                held.wait(10)
                writer()
                return
            with transaction.atomic("shard_1"):
                raise_epoch(2)
                held.set()
                tried.wait(10)

    assert at_once(work, "holder", "writer") == [None, None]
    assert epochs() == {1: 2, 2: 3}
    assert len(runs) == 2


@pytest.mark.usefixtures("two_rows")
def test_a_routine_s_lock_wait_is_logged_only_when_the_last_try_fails(
    at_once: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shards.transactions.TRIES", 2)
    held, done = threading.Event(), threading.Event()

    @in_transaction
    def waits() -> None:
        with connections["shard_1"].cursor() as cursor:
            cursor.execute("SET SESSION innodb_lock_wait_timeout = 1")
        call("fp_account_residence_require", account_db_key=1)

    def work(which: str) -> None:
        with on_shard(1):
            if which == "waits":
                held.wait(10)
                try:
                    waits()
                finally:
                    done.set()
                return
            with transaction.atomic("shard_1"):
                raise_epoch(1)
                held.set()
                done.wait(10)

    _, error = at_once(work, "holds", "waits")
    assert error.args[0] == 1205
    (row,) = ErrorLog.objects.using("shard_1")
    assert (row.procedure_name, row.error_no) == ("fp_account_residence_require", 1205)
