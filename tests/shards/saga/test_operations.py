"""What an operator may do to a saga: always with a reason, always on record."""

from collections.abc import Callable
from uuid import UUID

import pytest

from shards.fields import new_public_id
from shards.saga.definitions import OUTSIDE, Definition, Retry, Step
from shards.saga.driver import claim, drive
from shards.saga.exceptions import SagaOperationRefused, SagaUnknown
from shards.saga.models import SagaOperation
from shards.saga.services import Operator, saga_abort, saga_retry, saga_skip
from shards.scope import on_shard
from tests.shards.saga.steps import Diary, Unwilling, saga, start, status, step, steps, work

pytestmark = pytest.mark.django_db(databases="__all__")

Define = Callable[..., Definition]
BY = Operator("op", "the bank said so")


@pytest.fixture(autouse=True)
def on_first_shard() -> object:
    with on_shard(1):
        yield


@pytest.fixture
def slow_pauses(monkeypatch: pytest.MonkeyPatch, define: Define) -> None:
    monkeypatch.setattr(Retry, "pause", lambda retry, tries: 3600.0)


@pytest.fixture
def three(define: Define, diary: Diary) -> Definition:
    return define(
        Step("one", diary.does("one"), diary.does("undo one")),
        Step("two", diary.does("two"), diary.does("undo two"), place=OUTSIDE),
        Step("three", diary.does("three"), retry=Retry(tries=1)),
        pivot="two",
    )


def kept() -> list[tuple[str, int, str, str]]:
    rows = SagaOperation.objects.order_by("pk")
    return list(rows.values_list("operation", "step_number", "operator", "reason"))


def stuck_after_pivot(diary: Diary) -> UUID:
    diary.ends = {"three": [Unwilling()]}
    saga_id = start()
    drive("shard_1")
    assert saga(saga_id).is_stuck
    return saga_id


def stuck_in_compensation(diary: Diary) -> UUID:
    diary.ends = {"two": [Unwilling()], "undo one": [Unwilling()]}
    saga_id = start()
    drive("shard_1")
    assert status(saga_id) == "compensating"
    return saga_id


@pytest.mark.usefixtures("slow_pauses")
def test_a_retry_does_not_wait_and_counts_anew(three: Definition, diary: Diary) -> None:
    saga_id = stuck_after_pivot(diary)
    assert drive("shard_1") == 0
    saga_retry(saga_id, BY)
    assert (saga(saga_id).is_stuck, step(saga_id, 3).tries) == (False, 0)
    assert step(saga_id, 3).error_message == "test_unwilling: not with me"
    assert drive("shard_1") == 1
    assert (status(saga_id), step(saga_id, 3).tries) == ("completed", 1)
    assert kept() == [("retry", 3, "op", "the bank said so")]


@pytest.mark.usefixtures("slow_pauses")
def test_a_skipped_step_counts_as_done(three: Definition, diary: Diary) -> None:
    saga_id = stuck_after_pivot(diary)
    saga_skip(saga_id, BY)
    assert (status(saga_id), steps(saga_id)) == ("completed", ["completed", "completed", "skipped"])
    assert kept() == [("skip", 3, "op", "the bank said so")]


@pytest.mark.usefixtures("slow_pauses")
def test_a_skipped_compensation_counts_as_undone(three: Definition, diary: Diary) -> None:
    saga_id = stuck_in_compensation(diary)
    saga_skip(saga_id, BY)
    assert (status(saga_id), steps(saga_id)) == ("compensated", ["skipped", "failed", "pending"])
    assert kept() == [("skip", 1, "op", "the bank said so")]


@pytest.mark.usefixtures("slow_pauses")
def test_a_retried_compensation_goes_on(three: Definition, diary: Diary) -> None:
    saga_id = stuck_in_compensation(diary)
    saga_retry(saga_id, BY)
    assert drive("shard_1") == 1
    assert (status(saga_id), steps(saga_id)) == ("compensated", ["compensated", "failed", "pending"])


@pytest.mark.usefixtures("slow_pauses")
def test_an_abort_before_the_pivot_undoes_what_was_done_and_what_may_have_been(three: Definition, diary: Diary) -> None:
    diary.ends = {"two": [LookupError("no answer")]}
    saga_id = start()
    drive("shard_1")
    assert saga_abort(saga_id, BY) == "compensating"
    drive("shard_1")
    assert (status(saga_id), diary.lines[2:]) == ("compensated", ["undo two@shard_1", "undo one@shard_1"])
    assert saga(saga_id).error_message == "aborted by op: the bank said so"


def test_an_abort_before_the_first_try_has_nothing_to_undo(three: Definition, diary: Diary) -> None:
    saga_id = start()
    assert saga_abort(saga_id, BY) == "compensated"
    work()
    assert diary.lines == []


@pytest.mark.usefixtures("slow_pauses")
@pytest.mark.parametrize("stuck", [stuck_after_pivot, stuck_in_compensation])
def test_an_abort_where_there_is_no_way_back_ends_it_where_it_stands(
    three: Definition, diary: Diary, stuck: Callable[[Diary], UUID]
) -> None:
    saga_id = stuck(diary)
    done = list(diary.lines)
    assert saga_abort(saga_id, BY) == "failed"
    work()
    row = saga(saga_id)
    assert (row.status, row.due_at, row.is_stuck, diary.lines) == ("failed", None, False, done)
    assert row.completed_at is not None


def test_an_aborted_saga_frees_its_resource_and_one_that_waited_leaves_the_queue(
    three: Definition, diary: Diary
) -> None:
    first, second, third = (start(idempotency_key=key, resource="purse:1") for key in "abc")
    assert saga_abort(second, BY) == "compensated"
    assert saga_abort(first, BY) == "compensated"
    assert [status(saga_id) for saga_id in (first, second, third)] == ["compensated", "compensated", "started"]
    work()
    assert (status(third), {run.saga_id for run in diary.runs}) == ("completed", {third})


@pytest.mark.parametrize("operation", [saga_retry, saga_skip, saga_abort])
def test_what_has_ended_or_is_not_there_is_refused_and_nothing_is_on_record(
    three: Definition, operation: Callable[[UUID, Operator], object]
) -> None:
    ended = start()
    drive("shard_1")
    with pytest.raises(SagaOperationRefused, match="It has ended: completed"):
        operation(ended, BY)
    with pytest.raises(SagaUnknown):
        operation(new_public_id(), BY)
    for reason in ("", "  ", "x" * 501):
        with pytest.raises(SagaOperationRefused, match="reason"):
            operation(start(idempotency_key="other"), Operator("op", reason))
    assert kept() == []


@pytest.mark.parametrize("operation", [saga_retry, saga_skip])
def test_a_waiting_saga_has_no_step_to_try_or_skip(
    three: Definition, operation: Callable[[UUID, Operator], object]
) -> None:
    start(resource="purse:1")
    waiting = start(idempotency_key="b", resource="purse:1")
    with pytest.raises(SagaOperationRefused, match="waits"):
        operation(waiting, BY)


def test_a_driver_that_was_in_the_step_lets_go_of_a_saga_that_was_skipped(three: Definition) -> None:
    saga_id = start()
    held = claim()
    saga_skip(saga_id, BY)
    assert saga(saga_id).version == held.version + 1
    assert (steps(saga_id), saga(saga_id).current_step) == (["skipped", "pending", "pending"], 2)
