"""`manage.py recreate_databases`: development's drop and recreate, and what keeps it from anything else."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections

from config.databases import GLOBAL
from config.redis import sessions as redis
from shards.management.commands import recreate_databases
from tests import mysql_client, scratch

pytestmark = pytest.mark.django_db(databases="__all__")

VARIABLE = {GLOBAL: "DATABASE_URL", "shard_1": "SHARD_1_DATABASE_URL", "shard_2": "SHARD_2_DATABASE_URL"}


@pytest.fixture
def dropped(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """In development, and a list of what would have been dropped."""
    aliases: list[str] = []
    monkeypatch.setattr(recreate_databases, "APP_ENV", "development")
    monkeypatch.setattr(recreate_databases, "_recreate", aliases.append)
    monkeypatch.setattr(recreate_databases, "call_command", lambda *arguments, **options: None)
    return aliases


def here() -> str:
    return " ".join(connections.settings[alias]["NAME"] for alias in settings.ENVIRONMENT_ALIASES)


@pytest.mark.parametrize("environment", ["test", "production"])
def test_it_refuses_outside_development(dropped: list[str], monkeypatch: pytest.MonkeyPatch, environment: str) -> None:
    monkeypatch.setattr(recreate_databases, "APP_ENV", environment)
    with pytest.raises(CommandError, match=f"is for development; APP_ENV is {environment}"):
        call_command("recreate_databases", names=here())
    assert dropped == []


@pytest.mark.parametrize("names", ["", "yes", "finance_global", "{here} other"])
def test_it_refuses_other_names(dropped: list[str], names: str) -> None:
    with pytest.raises(CommandError, match="nothing was dropped: the databases are "):
        call_command("recreate_databases", names=names.format(here=here()))
    assert dropped == []


def test_it_asks_for_the_names(
    dropped: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr("builtins.input", lambda question: "no")
    with pytest.raises(CommandError, match="nothing was dropped"):
        call_command("recreate_databases")
    assert dropped == []
    monkeypatch.setattr("builtins.input", lambda question: here())
    call_command("recreate_databases")
    assert dropped == ["default", "shard_1", "shard_2"]
    assert (
        f"This drops, with everything in them:\n  {connections.settings[GLOBAL]['NAME']}\n" in capsys.readouterr().out
    )


def test_nobody_at_the_keyboard_is_a_no(dropped: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(question: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", closed)
    with pytest.raises(CommandError, match="nothing was dropped"):
        call_command("recreate_databases")
    assert dropped == []


def test_it_drops_nothing_while_a_server_does_not_answer(
    dropped: list[str], monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any
) -> None:
    monkeypatch.setattr(recreate_databases, "_registered_shards", list)  # it would drop the alias, which has no row
    with scratch.alias("shard_9", "/nowhere", beside="shard_2") as alias, django_db_blocker.unblock():
        connections.settings[alias]["PORT"] = 1
        with pytest.raises(CommandError, match="nothing was dropped: the server of shard_9 does not answer"):
            call_command("recreate_databases", names=f"{here()} nowhere")
    assert dropped == []


@pytest.fixture
def platform() -> Iterator[dict[str, str]]:
    """Empty databases for the three aliases, and shard_9, which only a row tells of: alias -> URL."""
    with ExitStack() as stack:
        yield {
            alias: stack.enter_context(scratch.database(f"recreate_{alias}", beside=beside))
            for alias, beside in [*((alias, alias) for alias in VARIABLE), ("shard_9", "shard_2")]
        }


def test_it_makes_every_database_anew(platform: dict[str, str]) -> None:
    names = {alias: url.rpartition("/")[2] for alias, url in platform.items()}
    at, like = connections.settings["shard_2"], connections.settings[GLOBAL]["NAME"]
    config = f"{names[GLOBAL]}.table_shard_config"
    scratch.execute(GLOBAL, f"CREATE TABLE {config} LIKE {like}.table_shard_config")
    scratch.execute(
        GLOBAL,
        f"INSERT INTO {config} VALUES (9, 'finance_shard_9', '{at['HOST']}', {at['PORT']}, '{names['shard_9']}', 50,"  # noqa: S608
        " 'maintenance', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))",
    )
    scratch.execute("shard_1", f"CREATE TABLE {names['shard_1']}.stray (parent INT PRIMARY KEY)")
    redis().set("session of today", 1)

    environment = {VARIABLE[alias]: url for alias, url in platform.items() if alias in VARIABLE}
    done = scratch.manage(
        "recreate_databases", "--names", " ".join(names.values()), APP_ENV="development", **environment
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:5] == [
        f"[{n}/4] {names[alias]}: dropped and made anew" for n, alias in enumerate(sorted(names), start=1)
    ] + ["Redis: emptied"]
    for alias, name in names.items():
        like = "shard_2" if alias == "shard_9" else alias
        migrated = mysql_client.schema(connections.settings[like]["NAME"], beside=like)
        assert mysql_client.schema(name, beside=like) == migrated, alias
    shards = scratch.execute(GLOBAL, f"SELECT shard_id, max_connections, status FROM {config} ORDER BY 1")  # noqa: S608
    assert shards == [(1, 100, "active"), (2, 100, "active"), (9, 50, "maintenance")]
    assert redis().get("session of today") is None
