"""A saga is started once per key, in its caller's transaction, and never beside another one on the same resource."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections, transaction

from shards.saga import definitions
from shards.saga.definitions import Definition, Step
from shards.saga.driver import drive
from shards.saga.exceptions import SagaResourceBusy
from shards.saga.models import SagaInstance, SagaLock, SagaStep
from shards.saga.services import saga_start
from shards.scope import on_shard
from tests.shards.saga.steps import TYPE, Diary, Unwilling, nothing, start, status, work
from tests.weakened import weakened

pytestmark = pytest.mark.django_db(databases="__all__")
really = pytest.mark.django_db(transaction=True, databases="__all__")

Define = Callable[..., Definition]
PAUSE_BEFORE_DELETE = ("DELETE FROM saga_locks", "DO SLEEP(0.5); DELETE FROM saga_locks")


class Undone(Exception):
    pass


@pytest.fixture
def defined(define: Define, diary: Diary) -> Definition:
    return define(Step("one", diary.does("one"), diary.does("undo one")), Step("two", diary.does("two")))


def ask(key: str, resource: str = "") -> Any:
    """A start in a transaction of its own, on shard 1."""
    with on_shard(1), transaction.atomic("shard_1"):
        return saga_start(TYPE, idempotency_key=key, initiator_id=1, data={"name": key}, resource=resource)


@really
def test_of_twenty_starts_at_once_with_one_key_one_starts(
    defined: Definition, diary: Diary, at_once: Callable[..., list[Any]]
) -> None:
    answers = at_once(ask, *["one key"] * 20)
    assert sorted(answer.is_new for answer in answers) == [False] * 19 + [True]
    assert len({answer.saga_id for answer in answers}) == 1
    assert [SagaInstance.objects.using("shard_1").count(), SagaStep.objects.using("shard_1").count()] == [1, 2]
    drive("shard_1")
    assert diary.lines == ["one@shard_1", "two@shard_1"]
    again = ask("one key")
    assert (again.is_new, again.status) == (False, "completed")
    assert ask("another key").is_new


@really
def test_a_start_that_is_rolled_back_has_started_nothing(defined: Definition) -> None:
    def undone() -> None:
        with on_shard(1), transaction.atomic("shard_1"):
            saga_start(TYPE, idempotency_key="k", initiator_id=1, data={}, resource="purse:1")
            raise Undone

    with pytest.raises(Undone):
        undone()
    assert not SagaInstance.objects.using("shard_1").exists()
    assert not SagaLock.objects.using("shard_1").exists()
    assert ask("k", "purse:1").is_new


def test_an_unknown_type_is_refused(define: Define) -> None:
    with on_shard(1), pytest.raises(LookupError, match="no saga"):
        saga_start("test.unheard", idempotency_key="k", initiator_id=1, data={})
    with pytest.raises(LookupError, match="SAGA_TYPES"):
        definitions.define(Definition("test.unheard", 1, (Step("one", nothing),)))


def test_data_with_secrets_is_refused(defined: Definition) -> None:
    with on_shard(1), pytest.raises(TypeError, match="must not hold secrets"):
        start(data={"card": {"token": "tok_1"}})
    assert not SagaInstance.objects.using("shard_1").exists()


def test_sagas_on_one_resource_run_one_after_the_other_in_the_order_of_their_start(
    defined: Definition, diary: Diary
) -> None:
    diary.ends = {"two": [None, None, Unwilling()]}  # the second is k4's
    ids = [ask(f"k{number}", "purse:1").saga_id for number in range(4)]
    other = ask("k4", "purse:2").saga_id
    assert [status(saga_id) for saga_id in [*ids, other]] == ["started", "waiting", "waiting", "waiting", "started"]
    assert [row.saga_id for row in SagaLock.objects.using("shard_1").order_by("resource")] == [ids[0], other]
    work()
    ran = [run.data["name"] for run in diary.runs if run.saga_id in ids]
    assert ran == ["k0", "k0", "k1", "k1", "k1", "k2", "k2", "k3", "k3"]
    assert [status(saga_id) for saga_id in ids] == ["completed", "compensated", "completed", "completed"]
    assert not SagaLock.objects.using("shard_1").exists()


def test_a_saga_that_does_not_wait_is_refused_and_leaves_no_row(define: Define, diary: Diary) -> None:
    define(Step("one", diary.does("one")), waits=False)
    with on_shard(1):
        first = ask("k1", "purse:1")
        with pytest.raises(SagaResourceBusy):
            saga_start(TYPE, idempotency_key="k2", initiator_id=1, data={}, resource="purse:1")
        assert (
            saga_start(TYPE, idempotency_key="k1", initiator_id=1, data={}, resource="purse:1").saga_id == first.saga_id
        )
        assert SagaInstance.objects.get().saga_id == first.saga_id
        drive("shard_1")
        assert ask("k2", "purse:1").is_new


@really
def test_a_start_during_the_holder_s_end_is_not_forgotten(
    defined: Definition, at_once: Callable[..., list[Any]]
) -> None:
    """Without the lock that fp_saga_transition takes on the resource's row, the end that saw nobody waiting deleted the
    row that a start had just queued behind: the second saga waited for ever."""

    def race() -> list[str]:
        with connections["shard_1"].cursor() as cursor:
            for table in ("saga_locks", "saga_steps", "saga_instances"):
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608
        first = ask("first", "purse:1").saga_id

        def work(which: str) -> Any:
            if which == "end":
                return drive("shard_1", limit=1)
            with on_shard(1), transaction.atomic("shard_1"):
                with connections["shard_1"].cursor() as cursor:
                    cursor.execute("DO SLEEP(0.25)")  # now the end has looked for who waits
                return saga_start(TYPE, idempotency_key="second", initiator_id=1, data={}, resource="purse:1")

        _, second = at_once(work, "end", "start")
        drive("shard_1")
        return [status(first), status(second.saga_id)]

    with weakened("shard_1", "fp_saga_transition", PAUSE_BEFORE_DELETE):
        assert race() == ["completed", "completed"]
    unlocked = ("WHERE resource = v_resource FOR UPDATE", "WHERE resource = v_resource")
    with weakened("shard_1", "fp_saga_transition", PAUSE_BEFORE_DELETE, unlocked):
        assert race() == ["completed", "waiting"]
