"""A saga ends as it was begun, whatever is deployed meanwhile."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from shards.checks import sagas_are_defined
from shards.saga import definitions
from shards.saga.definitions import OUTSIDE, Definition, Retry, Run, Step
from shards.saga.driver import drive
from shards.scope import on_shard
from tests.shards.saga.steps import TYPE, Diary, nothing, saga, start, status

Define = Callable[..., Definition]
database = pytest.mark.django_db(databases="__all__")


@database
def test_a_running_saga_keeps_its_version_and_a_new_one_gets_the_newest(define: Define, diary: Diary) -> None:
    define(Step("old one", diary.does("old one")), Step("old two", diary.does("old two")))
    with on_shard(1):
        old = start(idempotency_key="old")
        define(Step("new", diary.does("new")), version=2)
        new = start(idempotency_key="new")
    assert drive("shard_1") == 2
    assert diary.lines == ["old one@shard_1", "old two@shard_1", "new@shard_1"]
    assert [saga(saga_id).definition_version for saga_id in (old, new)] == [1, 2]


@database
def test_a_process_leaves_alone_what_it_does_not_know(
    define: Define, diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    define(Step("one", diary.does("one")))
    with on_shard(1):
        old = start(idempotency_key="old")
        with monkeypatch.context() as deployed:
            deployed.setitem(definitions._definitions, TYPE, {})
            define(Step("other", diary.does("other")), version=2)
            new = start(idempotency_key="new")
            assert drive("shard_1") == 1
            assert [status(saga_id) for saga_id in (old, new)] == ["started", "completed"]
        assert drive("shard_1") == 1
    assert [status(old), *diary.lines] == ["completed", "other@shard_1", "one@shard_1"]


def test_a_version_is_defined_once(define: Define) -> None:
    define(Step("one", nothing))
    with pytest.raises(TypeError, match="defined already"):
        define(Step("two", nothing))


@pytest.mark.parametrize(
    ("steps", "pivot", "why"),
    [
        ((), None, "needs steps"),
        ((Step("a", nothing), Step("a", nothing)), None, "name of its own"),
        ((Step("a", nothing),), "b", "no step 'b'"),
        ((Step("a", nothing), Step("b", nothing, nothing)), "a", "nothing is compensated after the pivot"),
    ],
)
def test_a_definition_that_cannot_be_meant_does_not_import(steps: tuple[Step, ...], pivot: str, why: str) -> None:
    with pytest.raises(TypeError, match=why):
        Definition(TYPE, 1, steps, pivot)


def test_a_type_that_no_app_defines_is_an_error_of_the_system_check(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sagas_are_defined() == []
    monkeypatch.setitem(definitions.SAGA_TYPES, "test.forgotten", "nobody's")
    (found,) = sagas_are_defined()
    assert (found.id, found.msg) == ("shards.E002", "no app defines the saga test.forgotten")


def test_pauses_double_up_to_the_longest_and_half_of_each_is_random() -> None:
    retry = Retry(first=1.0, most=60.0)
    for tries, longest in [(1, 1.0), (2, 2.0), (5, 16.0), (7, 60.0), (500, 60.0)]:
        pauses = [retry.pause(tries) for _ in range(200)]
        assert longest / 2 <= min(pauses) < 0.6 * longest
        assert 0.9 * longest < max(pauses) <= longest


@pytest.mark.parametrize("options", [{"tries": 0}, {"first": 0.0}, {"first": 2.0, "most": 1.0}])
def test_a_retry_that_never_tries_or_never_rests_does_not_import(options: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="tried once"):
        Retry(**options)


def test_a_step_s_key_is_its_own_and_always_the_same() -> None:
    one = Run(UUID(int=1), 1, "1000", {}, 1)
    assert one.key == one._replace(tries=9, data={"a": 1}).key
    assert len({one.key, one._replace(step_number=2).key, one._replace(saga_id=UUID(int=2)).key}) == 3
    assert Step("a", nothing, place=OUTSIDE).may_be_unknown
    assert not Step("a", nothing).may_be_unknown
