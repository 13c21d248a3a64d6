"""A saga's way: forwards, back, and over to other databases."""

from collections.abc import Callable
from typing import Any

import pytest

from shards.saga import steps as saga_steps
from shards.saga.definitions import OUTSIDE, Definition, Place, Retry, Step
from shards.saga.driver import drive
from shards.saga.procedures import Saga
from shards.saga.recording import text_of
from shards.scope import on_shard
from tests.shards.saga.steps import Diary, Unwilling, expire, saga, start, status, step, steps, work

pytestmark = pytest.mark.django_db(databases="__all__")

Define = Callable[..., Definition]


def three(diary: Diary, **second: Any) -> tuple[Step, ...]:
    return (
        Step("one", diary.does("one"), diary.does("undo one")),
        Step("two", diary.does("two"), diary.does("undo two"), **second),
        Step("three", diary.does("three"), diary.does("undo three")),
    )


def at_shard_2(data: object) -> str:
    return "shard_2"


def test_steps_run_in_order_and_see_what_the_ones_before_answered(define: Define, diary: Diary) -> None:
    define(*three(diary))
    diary.ends = {"one": [{"a": 1}], "two": [{"b": 2}]}
    with on_shard(1):
        saga_id = start()
    assert (status(saga_id), diary.lines) == ("started", [])
    assert drive("shard_1") == 1
    assert diary.lines == ["one@shard_1", "two@shard_1", "three@shard_1"]
    assert [run.data for run in diary.runs] == [
        {"amount": "5"},
        {"amount": "5", "a": 1},
        {"amount": "5", "a": 1, "b": 2},
    ]
    row = saga(saga_id)
    assert (row.status, row.current_step, row.due_at, row.saga_data) == (
        "completed", 3, None, {"amount": "5", "a": 1, "b": 2},
    )  # fmt: skip
    assert row.completed_at is not None
    assert steps(saga_id) == ["completed"] * 3
    second = step(saga_id, 2)
    assert (second.request_data, second.response_data, second.tries) == ({"amount": "5", "a": 1}, {"b": 2}, 1)
    assert drive("shard_1") == 0


def test_a_refusal_undoes_what_was_done_in_reverse_order(define: Define, diary: Diary) -> None:
    define(*three(diary))
    diary.ends = {"three": [Unwilling()]}
    with on_shard(1):
        saga_id = start()
    drive("shard_1")
    assert [line.partition("@")[0] for line in diary.lines] == ["one", "two", "three", "undo two", "undo one"]
    row = saga(saga_id)
    assert (row.status, row.error_message, row.due_at) == ("compensated", "test_unwilling: not with me", None)
    assert steps(saga_id) == ["compensated", "compensated", "failed"]
    assert step(saga_id, 3).error_message == "test_unwilling: not with me"


def test_a_step_with_nothing_to_undo_is_passed_on_the_way_back(define: Define, diary: Diary) -> None:
    define(
        Step("one", diary.does("one"), diary.does("undo one")),
        Step("look", diary.does("look")),
        Step("three", diary.does("three")),
    )
    diary.ends = {"three": [Unwilling()]}
    with on_shard(1):
        saga_id = start()
    drive("shard_1")
    assert diary.lines[-1] == "undo one@shard_1"
    assert steps(saga_id) == ["compensated", "completed", "failed"]


def test_the_first_step_s_refusal_leaves_nothing_to_undo(define: Define, diary: Diary) -> None:
    define(*three(diary))
    diary.ends = {"one": [Unwilling()]}
    with on_shard(1):
        saga_id = start()
    drive("shard_1")
    assert (status(saga_id), steps(saga_id)) == ("compensated", ["failed", "pending", "pending"])
    assert saga(saga_id).current_step == 0


def test_trouble_is_tried_again_after_a_pause(define: Define, diary: Diary, monkeypatch: pytest.MonkeyPatch) -> None:
    define(*three(diary))
    diary.ends = {"two": [LookupError("no such row"), LookupError("no such row")]}
    monkeypatch.setattr(Retry, "pause", lambda retry, tries: 3600.0)
    with on_shard(1):
        saga_id = start()
    assert drive("shard_1") == 1
    assert drive("shard_1") == 0, "its time has not come"
    assert (status(saga_id), step(saga_id, 2).error_message) == ("started", "LookupError: no such row")
    for _ in range(2):
        expire()
        assert drive("shard_1") == 1
    assert (status(saga_id), step(saga_id, 2).tries) == ("completed", 3)
    assert [line.partition("@")[0] for line in diary.lines] == ["one", "two", "two", "two", "three"]
    assert [run.key for run in diary.runs[1:4]] == [diary.runs[1].key] * 3
    assert len({run.key for run in diary.runs}) == 3


def test_a_step_that_is_given_up_starts_the_way_back(define: Define, diary: Diary) -> None:
    """Here its transaction is gone, so it is not undone itself; outside nobody knows, so it is."""
    cases: list[tuple[dict[str, Any], list[str]]] = [({}, []), ({"place": OUTSIDE}, ["undo two"])]
    for place, undone in cases:
        diary.lines.clear()
        define(*three(diary, retry=Retry(tries=2), **place), version=2 if place else 1)
        diary.ends = {"two": [LookupError("no"), LookupError("no")]}
        with on_shard(1):
            saga_id = start(idempotency_key=str(place))
        work()
        assert status(saga_id) == "compensated"
        assert [line.partition("@")[0] for line in diary.lines] == ["one", "two", "two", *undone, "undo one"]


def test_after_the_pivot_it_only_goes_forwards_and_calls_for_help(define: Define, diary: Diary) -> None:
    define(
        Step("one", diary.does("one"), diary.does("undo one")),
        Step("two", diary.does("two")),
        Step("three", diary.does("three"), retry=Retry(tries=2)),
        pivot="two",
    )
    diary.ends = {"three": [Unwilling(), LookupError("no"), LookupError("no")]}
    with on_shard(1):
        saga_id = start()
    assert drive("shard_1", limit=2) == 2
    assert (status(saga_id), saga(saga_id).is_stuck) == ("started", True)
    work()
    assert (status(saga_id), saga(saga_id).is_stuck) == ("completed", False)
    assert "undo one@shard_1" not in diary.lines


def test_a_failing_compensation_is_tried_for_ever_and_calls_for_help(define: Define, diary: Diary) -> None:
    define(
        Step("one", diary.does("one"), diary.does("undo one"), retry=Retry(tries=3)),
        Step("two", diary.does("two")),
    )
    diary.ends = {"two": [Unwilling()], "undo one": [Unwilling()] * 7}
    with on_shard(1):
        saga_id = start()
    assert drive("shard_1", limit=2) == 2
    assert (status(saga_id), saga(saga_id).is_stuck) == ("compensating", False)
    assert drive("shard_1", limit=4) == 4
    assert (status(saga_id), saga(saga_id).is_stuck) == ("compensating", True)
    assert step(saga_id, 1).compensation_error == "test_unwilling: not with me"
    work()
    assert (status(saga_id), saga(saga_id).is_stuck) == ("compensated", False)
    assert step(saga_id, 1).compensation_tries == 8
    assert saga(saga_id).error_message == "test_unwilling: not with me"


def test_a_step_elsewhere_is_an_event_there_and_one_back(define: Define, diary: Diary) -> None:
    define(*three(diary, place=at_shard_2))
    diary.ends = {"two": [{"b": 2}]}
    with on_shard(1):
        saga_id = start()
    drive("shard_1")
    assert diary.lines == ["one@shard_1"]
    assert (steps(saga_id), step(saga_id, 2).target) == (["completed", "running", "pending"], "shard_2")
    work()
    assert diary.lines == ["one@shard_1", "two@shard_2", "three@shard_1"]
    assert (status(saga_id), saga(saga_id).saga_data) == ("completed", {"amount": "5", "b": 2})


def test_what_was_done_elsewhere_is_undone_there(define: Define, diary: Diary) -> None:
    define(*three(diary, place=at_shard_2))
    diary.ends = {"two": [{"b": 2}], "three": [Unwilling()]}
    with on_shard(1):
        saga_id = start()
    work()
    assert status(saga_id) == "compensated"
    assert diary.lines[-2:] == ["undo two@shard_2", "undo one@shard_1"]
    assert diary.runs[-2].data == {"amount": "5", "b": 2}


def test_a_refusal_elsewhere_is_heard_here(define: Define, diary: Diary) -> None:
    define(*three(diary, place=at_shard_2))
    diary.ends = {"two": [Unwilling()]}
    with on_shard(1):
        saga_id = start()
    work()
    assert (status(saga_id), steps(saga_id)) == ("compensated", ["compensated", "failed", "pending"])
    assert diary.lines == ["one@shard_1", "two@shard_2", "undo one@shard_1"]


def test_trouble_elsewhere_is_tried_again(define: Define, diary: Diary) -> None:
    define(*three(diary, place=at_shard_2))
    diary.ends = {"two": [LookupError("no"), LookupError("no")]}
    with on_shard(1):
        saga_id = start()
    work()
    assert (status(saga_id), step(saga_id, 2).tries) == ("completed", 3)


@pytest.mark.parametrize("place", ["home", "outside"])
@pytest.mark.parametrize(("answer", "why"), [(["a"], "not with list"), ({"token": "tok_1"}, "must not hold secrets")])
def test_an_answer_that_cannot_be_kept_is_the_step_s_own_trouble(
    define: Define, diary: Diary, place: str, answer: Any, why: str
) -> None:
    define(*three(diary, place=Place(place), retry=Retry(tries=2)))
    diary.ends = {"two": [answer, answer]}
    with on_shard(1):
        saga_id = start()
    work()
    assert status(saga_id) == "compensated"
    assert why in step(saga_id, 2).error_message
    assert "tok_1" not in str(saga(saga_id).saga_data)


def test_what_breaks_one_saga_s_driver_holds_up_no_other(
    define: Define, diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    define(*three(diary))
    with on_shard(1):
        broken, whole = start(), start(idempotency_key="two")
    attempt = saga_steps.attempt

    def fails(saga: Saga, defined: Definition) -> Saga | None:
        if saga.saga_id == broken:
            raise LookupError("a bug")
        return attempt(saga, defined)

    with monkeypatch.context() as patched:
        patched.setattr(saga_steps, "attempt", fails)
        assert drive("shard_1") == 2
    assert [status(saga_id) for saga_id in (broken, whole)] == ["started", "completed"]
    expire()
    assert drive("shard_1") == 1
    assert status(broken) == "completed"


def test_errors_are_kept_without_their_secrets() -> None:
    error = LookupError("GET /pay?api_key=sk_live_1&amount=5 said password: hunter2, Authorization: Bearer abc.def")
    assert text_of(error) == (
        "LookupError: GET /pay?api_key=***&amount=5 said password: ***, Authorization: ***"
    )  # fmt: skip
    assert len(text_of(LookupError("x" * 9000))) == 1000
