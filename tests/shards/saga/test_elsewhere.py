"""Commands and replies: repeated, late, out of order, to a database that is down: done once, or undone."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from config.databases import GLOBAL
from shards.exceptions import ShardUnavailable
from shards.fields import new_public_id
from shards.outbox.models import UniversalOutbox
from shards.outbox.registry import Event
from shards.saga import remote, services
from shards.saga.definitions import Definition, Retry, Step
from shards.saga.driver import drive
from shards.saga.exceptions import SagaOperationRefused
from shards.saga.models import SagaInbox
from shards.saga.services import Operator
from shards.scope import on_alias, on_shard
from tests.shards.saga.steps import Diary, expire, saga, start, status, step, steps, work
from tests.weakened import weakened

pytestmark = pytest.mark.django_db(databases="__all__")
really = pytest.mark.django_db(transaction=True, databases="__all__")

Define = Callable[..., Definition]


@pytest.fixture
def at_shard_2(define: Define, diary: Diary) -> Definition:
    return define(
        Step("one", diary.does("one"), diary.does("undo one")),
        Step("far", diary.does("far"), diary.does("undo far"), place=lambda data: "shard_2", retry=Retry(tries=2)),
        Step("last", diary.does("last")),
    )


def events(alias: str) -> Iterator[Event]:
    """What waits in a database's outbox, as consumers would get it."""
    with on_alias(alias):
        for row in UniversalOutbox.objects.filter(domain="saga").order_by("created_at", "event_id"):
            yield Event(
                alias, row.event_id, row.domain, row.partition_key, row.sequence_no, row.event_type, 1,
                row.aggregate_id, row.event_data, row.created_at,
            )  # fmt: skip


def sent() -> tuple[UUID, Event]:
    """A saga that waits for the answer to its command, and the command."""
    with on_shard(1):
        saga_id = start()
    drive("shard_1")
    (command,) = events("shard_1")
    return saga_id, command


def inbox(saga_id: UUID) -> list[str]:
    return list(SagaInbox.objects.using("shard_2").filter(saga_id=saga_id).values_list("state", flat=True))


def answers() -> list[str]:
    return [event.event_data["outcome"] for event in events("shard_2")]


def test_a_repeated_command_is_answered_alike_and_done_once(at_shard_2: Definition, diary: Diary) -> None:
    diary.ends = {"far": [{"b": 2}]}
    saga_id, command = sent()
    for _ in range(3):
        remote.obey(command)
    assert diary.lines.count("far@shard_2") == 1
    assert [(e.event_data["outcome"], e.event_data["response"]) for e in events("shard_2")] == [("done", {"b": 2})] * 3
    assert inbox(saga_id) == ["done"]
    for reply in events("shard_2"):
        remote.hear(reply)
    assert (steps(saga_id), saga(saga_id).version) == (["completed", "completed", "pending"], 4)


def test_a_refusal_stays_one_when_the_command_comes_again(at_shard_2: Definition, diary: Diary) -> None:
    diary.ends = {"far": [SagaOperationRefused("no")]}
    saga_id, command = sent()
    for _ in range(2):
        remote.obey(command)
    assert (answers(), inbox(saga_id), diary.lines) == (
        ["refused", "refused"],
        ["refused"],
        ["one@shard_1", "far@shard_2"],
    )


def test_an_action_that_comes_after_its_compensation_does_nothing(at_shard_2: Definition, diary: Diary) -> None:
    """The command was late; the saga gave up, and what it sent then was faster."""
    saga_id, _ = sent()
    for _ in range(2):
        expire()
        drive("shard_1")
    assert (status(saga_id), steps(saga_id)) == ("compensating", ["completed", "compensating", "pending"])
    *late, compensation = events("shard_1")
    assert len(late) == 2
    remote.obey(compensation)
    for action in late:
        remote.obey(action)
    assert diary.lines == ["one@shard_1"]
    assert (answers(), inbox(saga_id)) == (["done", "refused", "refused"], ["undone"])
    work()
    assert (status(saga_id), diary.lines) == ("compensated", ["one@shard_1", "undo one@shard_1"])


def test_a_late_effect_is_undone_with_what_its_lost_reply_said(at_shard_2: Definition, diary: Diary) -> None:
    diary.ends = {"far": [{"b": 2}]}
    saga_id, command = sent()
    remote.obey(command)
    for _ in range(2):
        expire()
        drive("shard_1")
    *_, compensation = events("shard_1")
    remote.obey(compensation)
    for reply in events("shard_2"):  # the action's first, which comes too late
        remote.hear(reply)
    drive("shard_1")
    assert status(saga_id) == "compensated"
    assert diary.lines == ["one@shard_1", "far@shard_2", "undo far@shard_2", "undo one@shard_1"]
    assert diary.runs[2].data == {"amount": "5", "b": 2}


def test_a_reply_that_nobody_waits_for_changes_nothing(at_shard_2: Definition, diary: Diary) -> None:
    saga_id, command = sent()
    remote.obey(command)
    with on_shard(1):
        services.saga_skip(saga_id, Operator("op", "done by hand"))
    before = saga(saga_id).version
    for reply in events("shard_2"):
        remote.hear(reply)
        remote.hear(reply._replace(event_data=reply.event_data | {"saga_id": str(new_public_id())}))
    assert (saga(saga_id).version, steps(saga_id)) == (before, ["completed", "skipped", "pending"])


def test_an_old_try_s_trouble_is_not_the_new_try_s(at_shard_2: Definition, diary: Diary) -> None:
    diary.ends = {"far": [LookupError("no")]}
    saga_id, command = sent()
    remote.obey(command)
    expire()
    drive("shard_1")
    before = saga(saga_id).version
    for reply in events("shard_2"):
        remote.hear(reply)
    assert (saga(saga_id).version, status(saga_id), step(saga_id, 2).tries) == (before, "started", 2)


def test_a_database_that_is_down_holds_back_the_commands_to_it_alone(
    at_shard_2: Definition, diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    saga_id, command = sent()
    assert command.partition_key.partition(":")[0] == "shard_2"

    def down(alias: str) -> Any:
        raise ShardUnavailable(2)

    with monkeypatch.context() as patched:
        patched.setattr(remote, "on_alias", down)
        with pytest.raises(ShardUnavailable):
            remote.obey(command)
    work()
    assert status(saga_id) == "completed"


def test_an_event_of_a_definition_that_this_process_lacks_waits_for_one_that_has_it(at_shard_2: Definition) -> None:
    _, command = sent()
    unknown = command._replace(event_data=command.event_data | {"definition_version": 9})
    with pytest.raises(LookupError, match=r"test\.saga/9"):
        remote.obey(unknown)


@really
@pytest.mark.parametrize(("changes", "done"), [([], 1), ([("FOR UPDATE", "")], 1)])
def test_a_command_that_comes_twice_at_once_is_done_once(
    at_shard_2: Definition, diary: Diary, at_once: Callable[..., list[Any]], changes: list[Any], done: int
) -> None:
    _, command = sent()
    with weakened("shard_2", "fp_saga_inbox_open", *changes):
        assert at_once(lambda _: remote.obey(command), *range(6)) == [None] * 6
    assert diary.lines.count("far@shard_2") == done
    assert answers() == ["done"] * 6


@really
def test_without_the_inbox_row_s_lock_it_was_done_each_time(
    at_shard_2: Definition, diary: Diary, at_once: Callable[..., list[Any]]
) -> None:
    _, command = sent()
    insert = (
        "INSERT INTO saga_inbox (saga_id, step_number, state, handled_at)\n"
        "    VALUES (p_saga_id, p_step_number, 'new', UTC_TIMESTAMP(6))\n"
        "    ON DUPLICATE KEY UPDATE saga_id = saga_inbox.saga_id;"
    )
    look = (
        "SELECT state, response_data, error_message\n      FROM saga_inbox",
        "SELECT COALESCE(MAX(state), 'new'), NULL, ''\n      FROM saga_inbox",
    )
    with weakened("shard_2", "fp_saga_inbox_open", (insert, "DO SLEEP(0.2);"), look, ("FOR UPDATE", "")):
        at_once(lambda _: remote.obey(command), *range(3))
    assert diary.lines.count("far@shard_2") == 3


def test_a_step_whose_database_cannot_be_chosen_is_that_step_s_own_trouble(define: Define, diary: Diary) -> None:
    def nowhere(data: object) -> str:
        raise KeyError("account_db_key")

    define(
        Step("one", diary.does("one"), diary.does("undo one")),
        Step("far", diary.does("far"), diary.does("undo far"), place=nowhere, retry=Retry(tries=3)),
    )
    with on_shard(1):
        saga_id = start()
    work()
    assert (status(saga_id), steps(saga_id)) == ("compensated", ["compensated", "failed"])
    assert (step(saga_id, 2).error_message, step(saga_id, 2).tries) == ("KeyError: 'account_db_key'", 3)
    assert diary.lines == ["one@shard_1", "undo one@shard_1"]


def test_a_saga_of_the_global_database_works_on_a_shard(define: Define, diary: Diary) -> None:
    define(Step("far", diary.does("far"), place=lambda data: f"shard_{data['shard']}"))
    with on_alias(GLOBAL):
        saga_id = start(data={"shard": 2})
    work()
    assert (status(saga_id, GLOBAL), diary.lines) == ("completed", ["far@shard_2"])
    assert datetime.now(UTC) >= saga(saga_id, GLOBAL).completed_at
