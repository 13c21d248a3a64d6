"""One hanging or lost shard leaves the other shards' threads alone (`shards.gate`)."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db.utils import InterfaceError, OperationalError

from shards import gate
from shards.exceptions import ShardUnavailable
from shards.scope import on_shard

THREADS = 4


@pytest.fixture(autouse=True)
def web(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The limits of a web process with eight threads; short times."""
    settings.SHARD_THREADS = THREADS
    monkeypatch.setattr(gate, "PATIENCE", 0.1)
    monkeypatch.setattr(gate, "REST", 0.2)
    gate._closed_until.clear()
    gate._came_back.clear()
    yield
    gate._closed_until.clear()
    assert not any(gate._inside.values()), "everybody gave its place back"


class Clock:
    """The gate's clock, moved by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(gate, "monotonic", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def hanging(clock: Clock) -> Iterator[list[threading.Thread]]:
    """As many threads as may wait for shard 2, inside it and waiting."""
    inside, leave = threading.Barrier(THREADS + 1), threading.Event()

    def wait() -> None:
        with on_shard(2):
            inside.wait(10)
            leave.wait(10)

    threads = [threading.Thread(target=wait) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    inside.wait(10)
    yield threads
    leave.set()
    for thread in threads:
        thread.join(10)


def enter(shard_id: int) -> bool:
    try:
        with on_shard(shard_id):
            return True
    except ShardUnavailable:
        return False


def lose(shard_id: int, error: Exception) -> Exception:
    with pytest.raises(Exception) as raised, on_shard(shard_id):  # noqa: PT011  # the test looks at it
        raise error
    return raised.value


@pytest.mark.usefixtures("hanging")
def test_whoever_comes_to_a_hanging_shard_is_refused_at_once(clock: Clock) -> None:
    assert enter(2), "nobody has waited for long: a busy shard is no hanging one"
    clock.now += 0.11
    assert not enter(2)


@pytest.mark.usefixtures("hanging")
def test_a_shard_from_which_somebody_has_just_come_back_is_only_loaded(clock: Clock) -> None:
    """All places are taken, by threads that wait for long: as on a machine that has too much to do."""
    gate._inside[2][0] = clock.now
    for _ in range(10):
        clock.now += 0.09
        gate._leave(2, 0, lost=False)
        assert enter(2)
    clock.now += 0.11
    assert not enter(2)


@pytest.mark.usefixtures("hanging")
def test_the_other_shards_are_not_affected(clock: Clock) -> None:
    clock.now += 60
    assert not enter(2)
    assert enter(1)


def test_a_place_that_was_given_back_can_be_taken(clock: Clock, hanging: list[threading.Thread]) -> None:
    clock.now += 60
    assert not enter(2)
    gate._inside[2].pop(hanging[0].ident)  # type: ignore[arg-type]  # as if one had come back
    assert enter(2)


@pytest.mark.usefixtures("hanging")
def test_other_programs_have_no_limit(clock: Clock, settings: Any) -> None:
    settings.SHARD_THREADS = 0
    clock.now += 60
    assert enter(2)


@pytest.mark.parametrize(
    "error", [OperationalError(2013, "lost"), OperationalError(2003, "refused"), InterfaceError(0)]
)
def test_a_lost_connection_is_a_named_refusal_and_closes_the_gate_for_a_moment(clock: Clock, error: Exception) -> None:
    raised = lose(2, error)
    assert isinstance(raised, ShardUnavailable)
    assert (raised.shard_id, raised.__cause__) == (2, error)
    assert not enter(2)
    assert enter(1)
    clock.now += 0.21
    assert enter(2)


def test_after_a_loss_one_thread_at_a_time_tries_until_one_comes_back(
    clock: Clock, at_once: Callable[..., list[Any]]
) -> None:
    lose(2, OperationalError(2013, "lost"))
    clock.now += 0.21
    with on_shard(2):
        assert at_once(enter, 2, 2, 1) == [False, False, True]
    with on_shard(2):
        assert at_once(enter, 2, 2) == [True, True]


def test_a_loss_inside_another_shard_s_work_is_a_loss_all_the_way_out(clock: Clock) -> None:
    def work() -> None:
        with on_shard(2), on_shard(1), on_shard(2):
            raise OperationalError(2013, "lost")

    with pytest.raises(ShardUnavailable):
        work()
    assert not enter(2)
    assert enter(1)


@pytest.mark.parametrize("error", [OperationalError(1205, "lock"), ValueError("bug")])
def test_any_other_error_passes_and_leaves_the_gate_open(error: Exception) -> None:
    assert lose(2, error) is error
    assert enter(2)


def test_a_thread_that_is_inside_may_enter_again_and_keeps_one_place(clock: Clock) -> None:
    with gate.through(2):
        clock.now += 60
        with gate.through(2):
            assert list(gate._inside[2]) == [threading.get_ident()]
        assert list(gate._inside[2]) == [threading.get_ident()]
        with on_shard(1), on_shard(2):
            assert [len(gate._inside[shard_id]) for shard_id in (1, 2)] == [1, 1]
    assert not gate._inside[2]


def test_threads_at_a_lost_shard_give_their_places_back(at_once: Callable[..., list[Any]]) -> None:
    """More threads than places, all at once, each loses its connection: afterwards every place is free."""
    answers = at_once(lambda _: lose(2, OperationalError(2013, "lost")), *range(THREADS * 2))
    assert {type(answer) for answer in answers} == {ShardUnavailable}
    assert not gate._inside[2]
