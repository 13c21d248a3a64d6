"""What Prometheus is told."""

from collections.abc import Callable

import pytest
from prometheus_client import REGISTRY

from shards import tasks
from shards.saga import metrics
from shards.saga.definitions import Definition, Retry, Step
from shards.saga.driver import drive
from shards.scope import on_shard
from tests.shards.saga.steps import TYPE, Diary, Unwilling, expire, start

pytestmark = pytest.mark.django_db(databases="__all__")


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_open_and_stuck_sagas_are_counted_by_state_and_fall_to_zero(
    define: Callable[..., Definition], diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = Retry(tries=1)
    define(Step("one", diary.does("one"), diary.does("undo"), retry=once), Step("two", diary.does("two"), retry=once))
    monkeypatch.setattr(Retry, "pause", lambda retry, tries: 3600.0)
    diary.ends = {"two": [Unwilling()], "undo": [Unwilling()]}
    with on_shard(1):
        start(resource="r")
        start(idempotency_key="b", resource="r")
    drive("shard_1")
    here = {"database": "shard_1", "saga_type": TYPE}
    assert tasks.observe_sagas() == {"default": 0, "shard_1": 2, "shard_2": 0}
    assert tasks.drive_sagas() == {"default": 0, "shard_1": 0, "shard_2": 0}
    assert value("saga_open", **here, status="compensating") == 1
    assert value("saga_open", **here, status="waiting") == 1
    assert value("saga_stuck", **here) == 1
    assert value("saga_oldest_seconds", database="shard_1") >= 0
    ended = value("saga_ended_total", saga_type=TYPE, status="compensated")
    with on_shard(1):
        expire()
        drive("shard_1")
        metrics.observe("shard_1")
    assert value("saga_open", **here, status="compensating") == value("saga_open", **here, status="waiting") == 0
    assert value("saga_stuck", **here) == 0
    assert value("saga_ended_total", saga_type=TYPE, status="compensated") == ended + 1
    assert value("saga_step_outcomes_total", saga_type=TYPE, step="two", status="failed") >= 1


def test_a_saga_that_nobody_drives_is_seen_by_its_being_overdue(define: Callable[..., Definition]) -> None:
    define(Step("one", lambda run: None))
    with on_shard(1):
        start()
        expire()
        metrics.observe("shard_1")
    assert 0 < value("saga_overdue_seconds", database="shard_1") < 60
