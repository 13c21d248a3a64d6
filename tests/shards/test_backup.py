"""`manage.py backup` and `restore`: what comes back is what was there at one moment, and nothing is overwritten
unasked.
"""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from accounts.procedures import SignedUp
from shards import directory, installed
from shards.backup import dumping
from shards.models import ErrorLog, Restore, ShardConfig
from shards.scope import on_shard
from tests import mysql_client, scratch

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

ODD = "quote ' backslash \\ line\nreturn\r tab\t zero\0 emoji 🐘 한국어 -- ; \x1a"
SHARDS_OWN = {"table_restores"}  # a restore leaves a row


def disable(shard_id: int) -> None:
    ShardConfig.objects.filter(pk=shard_id).update(status="disabled")
    directory.refresh()


def fill(alias: str) -> None:
    """Values of each kind that might not come back: text, NULL, JSON, times with microseconds, BINARY, long rows."""
    with connections[alias].cursor() as cursor:
        for number, text in enumerate([ODD, "", "x" * 400_000, ODD * 9_000], start=1):
            cursor.execute(
                "INSERT INTO table_errorlog (procedure_name, error_state, error_no, error_message, param, request_id,"
                " create_time) VALUES (%s, 'HY000', %s, %s, %s, NULL, '2024-02-29 23:59:59.999999')",
                [f"fp_{number}", number, text[:60_000], json.dumps({"text": text[:1000], "n": 1.5, "none": None})],
            )
        cursor.execute("INSERT INTO outbox_inbox VALUES ('c', %s, '2024-01-01')", [bytes(range(240, 256))])
        cursor.execute("INSERT INTO outbox_inbox VALUES ('c', %s, '2024-01-01')", [b"'\\\n\0" * 4])


def back_up(folder: Path, *aliases: str) -> None:
    call_command("backup", out=folder, database=list(aliases))


def test_a_dropped_shard_comes_back_as_it_was(spare_shard_2: str, tmp_path: Path, make_account: Callable) -> None:
    make_account(shard=2)
    fill("shard_2")
    before = mysql_client.rows(spare_shard_2, beside="shard_2")
    schema = mysql_client.schema(spare_shard_2, beside="shard_2")
    back_up(tmp_path, "shard_2")
    disable(2)
    connections["shard_2"].close()
    scratch.execute("shard_2", f"DROP DATABASE {spare_shard_2}")
    call_command("restore", "shard_2", folder=tmp_path)
    after = mysql_client.rows(spare_shard_2, beside="shard_2")
    assert {name: rows for name, rows in after.items() if name not in SHARDS_OWN} == {
        name: rows for name, rows in before.items() if name not in SHARDS_OWN
    }
    assert len(after["table_errorlog"]) == 4
    assert mysql_client.schema(spare_shard_2, beside="shard_2") == schema
    assert installed.differences("shard_2") == []
    (restored,) = Restore.objects.using("shard_2").all()
    assert restored.reconciled_at is None


def test_what_is_written_while_it_reads_is_not_in_it(
    spare_shard_2: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill("shard_2")

    def with_company(driver: Any, name: str, folder: Path, told: Any) -> Any:
        if name == "outbox_consumers":  # the first table that is read
            fill_more()
        return dump_table(driver, name, folder, told)

    def fill_more() -> None:
        scratch.execute(
            "shard_2",
            "INSERT INTO table_errorlog (procedure_name, error_state, error_no, error_message, create_time)"
            " VALUES ('late', 'HY000', 1, '', UTC_TIMESTAMP(6))",
        )

    dump_table = dumping._dump_table
    monkeypatch.setattr(dumping, "_dump_table", with_company)
    back_up(tmp_path, "shard_2")
    with on_shard(2):
        assert ErrorLog.objects.filter(procedure_name="late").count() == 1
    text = gzip.decompress((tmp_path / "shard_2" / "table_errorlog.sql.gz").read_bytes())
    assert b"fp_1" in text
    assert b"late" not in text


def test_the_files_are_for_the_mysql_client_too(spare_shard_2: str, tmp_path: Path) -> None:
    fill("shard_2")
    back_up(tmp_path, "shard_2")
    folder = tmp_path / "shard_2"
    files = [folder / "schema.sql.gz", *sorted(folder.glob("[!s]*.sql.gz"))]
    with scratch.database("by_hand", beside="shard_2") as url:
        name = url.rpartition("/")[2]
        text = "".join(gzip.decompress(file.read_bytes()).decode() for file in files)
        done = mysql_client.run(f"USE {name};\n{text}", beside="shard_2")
        assert (done.returncode, done.stderr) == (0, "")
        assert mysql_client.rows(name, beside="shard_2") == mysql_client.rows(spare_shard_2, beside="shard_2")


@pytest.fixture
def backup(spare_shard_2: str, tmp_path: Path) -> Path:
    back_up(tmp_path, "shard_2")
    disable(2)
    return tmp_path


def refused(backup: Path, why: str, database: str = "shard_2", **options: Any) -> None:
    before = mysql_client.rows(connections.settings["shard_2"]["NAME"], beside="shard_2")
    with pytest.raises(CommandError, match=why):
        call_command("restore", database, folder=backup, **options)
    assert mysql_client.rows(connections.settings["shard_2"]["NAME"], beside="shard_2") == before


def test_a_database_with_tables_is_left_alone_unless_it_is_named(backup: Path, spare_shard_2: str) -> None:
    refused(backup, rf"nothing was changed: `{spare_shard_2}` has \d+ tables: --replace {spare_shard_2}")
    refused(backup, "this database is .*, not finance_shard_2", replace="finance_shard_2")
    call_command("restore", "shard_2", folder=backup, replace=spare_shard_2)
    assert Restore.objects.using("shard_2").count() == 1


def test_a_shard_that_serves_is_left_alone(backup: Path, spare_shard_2: str) -> None:
    ShardConfig.objects.filter(pk=2).update(status="maintenance")
    refused(backup, "shard_2 is maintenance", replace=spare_shard_2)


def test_a_backup_that_is_not_whole_is_not_restored(backup: Path, spare_shard_2: str) -> None:
    folder = backup / "shard_2"
    (backup / "shard_1").mkdir()
    for path in folder.iterdir():
        (backup / "shard_1" / path.name).write_bytes(path.read_bytes())
    refused(backup, "is a backup of shard_2, not of shard_1", database="shard_1")
    file = folder / "table_errorlog.sql.gz"
    whole = file.read_bytes()
    file.write_bytes(whole + b"\0")
    refused(backup, "table_errorlog.sql.gz is not what was written", replace=spare_shard_2)
    file.unlink()
    refused(backup, "table_errorlog.sql.gz is missing", replace=spare_shard_2)
    file.write_bytes(whole)
    (folder / "manifest.json").unlink()
    refused(backup, "holds no whole backup", replace=spare_shard_2)


def test_a_backup_that_was_cut_off_has_no_name_yet(
    spare_shard_2: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*arguments: Any) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patched:
        patched.setattr(dumping, "write", killed)
        with pytest.raises(CommandError, match="shard_2: no space left"):
            back_up(tmp_path, "shard_2")
    assert [path.name for path in tmp_path.iterdir()] == ["shard_2.partial"]
    back_up(tmp_path, "shard_2")
    assert [path.name for path in tmp_path.iterdir()] == ["shard_2"]
    with pytest.raises(CommandError, match="is there already"):
        back_up(tmp_path, "shard_2")


def test_the_global_database_is_backed_up_and_restored_beside(
    tmp_path: Path, make_account: Callable[..., SignedUp], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_account()
    back_up(tmp_path, "default")
    here = connections.settings["default"]["NAME"]
    before, schema = (read(here, beside="default") for read in (mysql_client.rows, mysql_client.schema))
    with scratch.database("global_again", beside="default") as url:
        name = url.rpartition("/")[2]
        connections["default"].close()
        connections.settings["default"]["NAME"] = name
        try:
            call_command("restore", "default", folder=tmp_path)
        finally:
            connections["default"].close()
            connections.settings["default"]["NAME"] = here
        after = mysql_client.rows(name, beside="default")
        assert mysql_client.schema(name, beside="default") == schema
    assert len(after.pop("table_restores")) == len(before.pop("table_restores")) + 1
    assert after == before
