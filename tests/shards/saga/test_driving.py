"""Who drives what, and when: the caller, a woken process, the job; and what is forgotten in the end."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connections, transaction

from config.redis import streams as redis
from shards import tasks
from shards.outbox import service, wake
from shards.outbox.consumer import consume
from shards.outbox.relay import relay
from shards.retention import seconds
from shards.saga import services
from shards.saga.cleanup import cleanup
from shards.saga.definitions import Definition, Step
from shards.saga.driver import drive, drive_one, drive_until
from shards.saga.models import SagaInbox, SagaInstance, SagaOperation, SagaStep
from shards.saga.services import Operator
from shards.scope import on_shard
from tests import scratch
from tests.explain import plan
from tests.shards.saga.steps import Diary, expire, start, status, work

pytestmark = pytest.mark.django_db(databases="__all__")
really = pytest.mark.django_db(transaction=True, databases="__all__")

Define = Callable[..., Definition]


@pytest.fixture
def defined(define: Define, diary: Diary) -> Definition:
    return define(
        Step("one", diary.does("one")), Step("far", diary.does("far"), place=lambda data: "shard_2"),
    )  # fmt: skip


def test_a_saga_that_its_caller_drives_is_left_to_him_and_taken_on_when_he_dies(define: Define, diary: Diary) -> None:
    define(Step("one", diary.does("one")))
    with on_shard(1):
        driven = start(idempotency_key="driven", is_driven=True)
        dead = start(idempotency_key="dead", is_driven=True)
    assert drive("shard_1") == 0
    drive_one("shard_1", driven)
    assert [status(saga_id) for saga_id in (driven, dead)] == ["completed", "started"]
    drive_one("shard_1", driven)
    expire()
    assert drive("shard_1") == 1
    assert (status(dead), len(diary.lines)) == ("completed", 2)


def test_who_asks_for_a_saga_that_another_one_drives_leaves_it(defined: Definition, diary: Diary) -> None:
    with on_shard(1):
        saga_id = start()
    drive("shard_1")
    lines = list(diary.lines)
    drive_one("shard_1", saga_id)
    assert (status(saga_id), diary.lines) == ("started", lines)


@really
def test_a_driver_is_woken_by_a_commit_and_by_nothing_else(defined: Definition) -> None:
    with on_shard(1), transaction.atomic("shard_1"):
        services.saga_start("test.saga", idempotency_key="k", initiator_id=1, data={})
        assert not redis().exists("saga:wake:shard_1")
    assert wake.wait("shard_1", 1, "saga")
    with on_shard(1):
        start(idempotency_key="driven", is_driven=True)
    assert not redis().exists("saga:wake:shard_1", "saga:wake:shard_2", "saga:wake:default")


@really
def test_a_reply_and_an_operator_wake_a_driver(define: Define, diary: Diary) -> None:
    define(Step("far", diary.does("far"), place=lambda data: "shard_2"), Step("two", diary.does("two")))
    with on_shard(1):
        drive_one("shard_1", start(is_driven=True))
    for alias in ("shard_1", "shard_2"):
        relay(alias)
        consume("saga", alias)
    assert wake.wait("shard_1", 1, "saga")
    with on_shard(1):
        other = start(idempotency_key="other", is_driven=True)
        services.saga_retry(other, Operator("op", "now"))
    assert wake.wait("shard_1", 1, "saga")


@really
def test_a_driving_process_takes_on_what_is_committed_without_waiting_to_look(
    define: Define, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shards.saga.driver.LOOK_SECONDS", 4)
    ran, stop = threading.Event(), threading.Event()
    define(Step("one", lambda run: ran.set()))
    process = threading.Thread(target=drive_until, args=(stop,))
    process.start()
    try:
        time.sleep(0.5)  # it has looked, and waits
        began = time.monotonic()
        with on_shard(1):
            start()
        assert ran.wait(3)
        assert time.monotonic() - began < 2
    finally:
        monkeypatch.setattr(service, "LOOK_SECONDS", 0.05)
        stop.set()
        for alias in ("default", "shard_1", "shard_2"):
            redis().zadd(f"saga:wake:{alias}", {"1": 0})
        process.join(10)
    assert not process.is_alive()


def test_sagas_and_inbox_rows_are_forgotten_when_they_are_old_and_what_is_open_never(
    defined: Definition, diary: Diary
) -> None:
    with on_shard(1):
        ended = start(idempotency_key="ended")
        services.saga_retry(ended, Operator("op", "so"))
        fresh = start(idempotency_key="fresh")
    work()
    with on_shard(1):
        still_open = start(idempotency_key="open")
    for alias, table, column, kept in [
        ("shard_1", "saga_instances", "completed_at", seconds("saga_instances")),
        ("shard_2", "saga_inbox", "handled_at", seconds("saga_inbox")),
    ]:
        with connections[alias].cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET {column} = UTC_TIMESTAMP(6) - INTERVAL %s SECOND WHERE saga_id = %s",  # noqa: S608
                [kept + 1, ended.bytes],
            )
    assert [cleanup("shard_1"), cleanup("shard_2"), cleanup("shard_2")] == [1, 1, 0]
    with on_shard(1):
        assert set(SagaInstance.objects.values_list("saga_id", flat=True)) == {fresh, still_open}
        assert set(SagaStep.objects.values_list("saga_id", flat=True)) == {fresh, still_open}
        assert not SagaOperation.objects.exists()
    assert list(SagaInbox.objects.using("shard_2").values_list("saga_id", flat=True)) == [fresh]
    assert tasks.forget_sagas() == {"default": 0, "shard_1": 0, "shard_2": 0}


CLAIM = (
    "SELECT saga_id FROM saga_instances i WHERE i.due_at <= UTC_TIMESTAMP(6)"
    " AND JSON_CONTAINS('[\"a/1\"]', JSON_QUOTE(CONCAT(i.saga_type, '/', i.definition_version)))"
    " ORDER BY i.due_at LIMIT 1 FOR UPDATE SKIP LOCKED"
)
NEXT_IN_LINE = (
    "SELECT saga_id FROM saga_instances WHERE resource = 'r' AND status = 'waiting' ORDER BY ticket LIMIT 1 FOR UPDATE"
)
MANY = """
INSERT INTO saga_instances (saga_id, saga_type, definition_version, idempotency_key, initiator_id, resource, status,
    current_step, total_steps, saga_data, created_at, updated_at, completed_at, due_at)
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900)
SELECT UNHEX(LPAD(HEX(i), 32, '0')), 'test.saga', 1, i, 'x', IF(i % 2, 'r', CONCAT('r', i)),
       IF(i % 2, 'completed', 'waiting'), 0, 1, '{}', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6),
       IF(i % 2, UTC_TIMESTAMP(6), NULL), NULL
  FROM n
"""


@really
def test_ended_sagas_are_not_read_to_find_what_is_due_or_next_in_line(defined: Definition) -> None:
    with on_shard(1):
        start(resource="r")
        start(idempotency_key="two", resource="r")
    scratch.execute("shard_1", MANY)
    scratch.execute("shard_1", "ANALYZE TABLE saga_instances")
    for statement, index in [(CLAIM, "ix_saga_due_at"), (NEXT_IN_LINE, "ix_saga_resource")]:
        (row,) = plan("shard_1", statement)
        assert (row["key"], int(row["rows"]) < 10) == (index, True), row
