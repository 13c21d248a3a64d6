"""`export_account` and `import_account`: one account's rows to another shard, exactly, all of them or none."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from accounts.models import UserLedger
from accounts.procedures import SignedUp
from accounts.transfer.lines import fields_of
from accounts.withdrawal.holdings import models_of
from shards.exceptions import AccountNotOnShard
from shards.models import AccountResidence, ShardStats
from shards.placement import shard_of
from shards.scope import Scope, on_shard
from signals import services as signals
from signals.models import SignalAlarm
from tests.admin_rows import COLUMNS
from tests.signals.conftest import CALM, Feed, feed  # noqa: F401  # a fixture

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

TABLES = 20  # at least so many have a row in these tests


@pytest.fixture
def key(make_account: Callable[..., SignedUp]) -> int:
    """An account on shard 1 with a row in each table of a shard that tests know rows of."""
    key = make_account(shard=1).account_db_key
    with on_shard(1):
        for model in models_of(Scope.SHARD):
            if model in COLUMNS and model is not AccountResidence:
                model._base_manager.create(**COLUMNS[model](1) | {"account_db_key": key, **extra(model)})
    return key


def extra(model: type) -> dict[str, Any]:
    """An emoji where people write, and a ledger that goes on from nothing."""
    opening: dict[str, Any] = {"entry_no": 1, "cash_change": 0, "cash_after": 0}
    texts = {"note": "🐘 'quoted' \\ \n 한국어"}
    return opening if model is UserLedger else texts if model is SignalAlarm else {}


def rows(shard: int, key: int) -> dict[str, list[Any]]:
    """table -> rows of the account without the keys that never leave a shard."""
    found = {}
    for model in models_of(Scope.SHARD):
        columns = ", ".join(str(field.column) for field in fields_of(model))
        with connections[f"shard_{shard}"].cursor() as cursor:
            cursor.execute(f"SELECT {columns} FROM {model._meta.db_table} WHERE account_db_key = %s", [key])  # noqa: S608
            found[model._meta.db_table] = sorted(cursor.fetchall(), key=repr)
    del found["table_account_residence"]
    return {table: rows for table, rows in found.items() if rows}


def residence(shard: int, key: int) -> tuple[str, int]:
    with on_shard(shard):
        return AccountResidence.objects.values_list("state", "epoch").get(pk=key)


def test_an_account_moves_with_all_that_it_has(key: int, tmp_path: Path, feed: Feed) -> None:  # noqa: F811
    feed(CALM)
    file = tmp_path / "account.jsonl"
    before = rows(1, key)
    assert len(before) >= TABLES
    call_command("export_account", key, out=file, hold=True)
    with pytest.raises(AccountNotOnShard):
        signals.alarm_create(account_db_key=key, symbol="TEST")
    call_command("import_account", file, shard=2)
    assert (rows(2, key), rows(1, key)) == (before, {})
    assert (residence(1, key), residence(2, key)) == (("moved", 1), ("active", 2))
    assert shard_of(key) == 2
    assert dict(ShardStats.objects.values_list("shard_id", "user_count")) == {1: 0, 2: 1}
    signals.alarm_create(account_db_key=key, symbol="TEST")
    with on_shard(2):
        assert SignalAlarm.objects.filter(account_db_key=key).count() == 2


def test_an_account_that_is_not_held_is_not_taken_away(key: int, tmp_path: Path) -> None:
    file = tmp_path / "account.jsonl"
    call_command("export_account", key, out=file)
    before = rows(1, key)
    with pytest.raises(CommandError, match=f"nothing was changed: account {key} lives on shard 1"):
        call_command("import_account", file, shard=2)
    with pytest.raises(CommandError, match=f"nothing was changed: shard 1 has rows of account {key} in table_"):
        call_command("import_account", file, shard=1)
    assert (rows(1, key), rows(2, key), shard_of(key)) == (before, {}, 1)


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "a column too many", "an unknown table"])
def test_a_file_that_is_not_whole_changes_nothing(key: int, tmp_path: Path, damage: str) -> None:
    file = tmp_path / "account.jsonl"
    call_command("export_account", key, out=file, hold=True)
    text = file.read_text()
    if damage == "cut":
        file.write_text(text[: text.rindex("\n", 0, -1) + 1])
    elif damage == "changed":
        file.write_text(text.replace("AAPL", "AAPX", 1))
    elif damage == "empty":
        file.write_text("")
    else:
        spoil(file, damage)
    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("import_account", file, shard=2)
    assert rows(2, key) == {}
    assert residence(1, key) == ("moving", 1)
    file.write_text(text)
    call_command("import_account", file, shard=2)
    assert len(rows(2, key)) >= TABLES


def spoil(file: Path, damage: str) -> None:
    """A whole file, as another version of the platform might write it."""
    import hashlib

    head, *lines, _ = file.read_bytes().splitlines(keepends=True)
    last = json.loads(lines[-1])
    if damage == "an unknown table":
        last["table"] = "table_of_tomorrow"
    else:
        last["row"]["of_tomorrow"] = 1
    lines[-1] = json.dumps(last).encode() + b"\n"
    foot = {"rows": len(lines), "sha256": hashlib.sha256(b"".join(lines)).hexdigest()}
    file.write_bytes(b"".join([head, *lines, json.dumps(foot).encode() + b"\n"]))


def test_a_file_is_not_overwritten(key: int, tmp_path: Path) -> None:
    file = tmp_path / "account.jsonl"
    call_command("export_account", key, out=file)
    with pytest.raises(CommandError, match="is there already"):
        call_command("export_account", key, out=file)
    with pytest.raises(CommandError, match="nothing was written"):
        call_command("export_account", 1, out=tmp_path / "nobody.jsonl")
    assert [path.name for path in tmp_path.iterdir()] == ["account.jsonl"]
