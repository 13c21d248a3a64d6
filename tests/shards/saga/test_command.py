"""`manage.py saga`: what an operator types."""

from collections.abc import Callable
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import CommandParser

from shards.fields import new_public_id
from shards.management.commands.saga import Command
from shards.saga.definitions import OUTSIDE, Definition, Retry, Step
from shards.saga.driver import drive
from shards.saga.models import SagaOperation
from shards.scope import on_shard
from tests.shards.saga.steps import TYPE, Diary, start, status

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def stuck(define: Callable[..., Definition], diary: Diary, monkeypatch: pytest.MonkeyPatch) -> UUID:
    define(
        Step("charge", diary.does("charge"), diary.does("refund"), place=OUTSIDE),
        Step("announce", diary.does("announce"), retry=Retry(tries=1)),
        pivot="charge",
    )
    monkeypatch.setattr(Retry, "pause", lambda retry, tries: 3600.0)
    diary.ends = {"charge": [{"receipt": "r-17"}], "announce": [LookupError("no room")]}
    with on_shard(2):
        saga_id = start()
    drive("shard_2")
    return saga_id


def saga(*words: object) -> str:
    out = StringIO()
    call_command("saga", *[str(word) for word in words], stdout=out)
    return out.getvalue()


def test_types_list_every_version_with_its_pivot(stuck: UUID) -> None:
    line = next(line for line in saga("types").splitlines() if TYPE in line)
    assert f"{TYPE}/1" in line
    assert "charge* | announce" in line


def test_list_finds_it_on_its_database(stuck: UUID) -> None:
    for words in (["list"], ["list", "--stuck"], ["list", "--database", "shard_2", "--type", TYPE]):
        text = saga(*words)
        assert str(stuck) in text, words
        assert "stuck" in text
    for words in (["list", "--database", "shard_1"], ["list", "--status", "completed"], ["list", "--type", "other"]):
        assert str(stuck) not in saga(*words), words


def test_show_is_the_timeline(stuck: UUID) -> None:
    text = saga("show", stuck)
    for part in ("stuck", "charge", "announce", "r-17", "LookupError", "begun by 1000"):
        assert part in text, part


def test_retry_skip_and_abort_say_what_it_is_now(stuck: UUID) -> None:
    assert f"retry: {stuck} on shard_2 is now started" in saga("retry", stuck, "--reason", "it is back")
    assert f"skip: {stuck} on shard_2 is now completed" in saga("skip", stuck, "--reason", "by hand")
    assert status(stuck, "shard_2") == "completed"
    with on_shard(2):
        rows = list(SagaOperation.objects.order_by("pk").values_list("operation", "reason"))
        assert rows == [("retry", "it is back"), ("skip", "by hand")]
        assert SagaOperation.objects.first().operator.endswith("(command line)")
    with pytest.raises(CommandError, match="It has ended: completed"):
        saga("abort", stuck, "--reason", "too late")


def test_an_unknown_saga_and_a_missing_reason_are_errors(stuck: UUID) -> None:
    with pytest.raises(CommandError, match="there is no saga"):
        saga("show", new_public_id())
    with pytest.raises(CommandError, match="--reason"):
        saga("abort", stuck)


def test_help_has_examples() -> None:
    parser: CommandParser = Command().create_parser("manage.py", "saga")
    assert "manage.py saga skip" in parser.format_help()
