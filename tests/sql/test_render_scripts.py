"""The document's seven scripts make, with the mysql client alone, what migrations make (DESIGN section 4.8)."""

import os
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from config.databases import GLOBAL
from shards import installed
from shards.rendering import BASE, SCRIPTS, script_of
from shards.routines import expected_on
from shards.tables import tables_on
from tests import mysql_client, scratch
from tests.sql_copy import PROBE, Folder

pytestmark = pytest.mark.django_db(databases="__all__")

PREFIX = f"test_scratch_render_{os.environ.get('TEST_DATABASE_SUFFIX', '')}".rstrip("_")
NAMES = {GLOBAL: f"{PREFIX}_global", "shard_1": f"{PREFIX}_shard_1", "shard_2": f"{PREFIX}_shard_2"}
TOLD = f"--init-command=SET @recreate = '{' '.join(NAMES.values())}'"
VARIABLE = {GLOBAL: "DATABASE_URL", "shard_1": "SHARD_1_DATABASE_URL"}
SIX = list(SCRIPTS)[1:]
OUTBOX = "create_universal_outbox.sql"


def rendered(folder: Path, *options: str) -> None:
    call_command("render_scripts", f"--out={folder}", "--shards=1,2", f"--prefix={PREFIX}", *options, stdout=StringIO())


def drop_all() -> None:
    for alias in (GLOBAL, "shard_1"):
        for name in NAMES.values():
            scratch.execute(alias, f"DROP DATABASE IF EXISTS {name}")


def everything() -> list[Any]:
    """What is in the three databases on the global server, rows too."""
    return [
        (mysql_client.schema(name, beside=GLOBAL), mysql_client.rows(name, beside=GLOBAL)) for name in NAMES.values()
    ]


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: Any) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("scripts")
    rendered(folder)
    return {path.name: path.read_text() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def built(scripts: dict[str, str], django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The three databases, made in the document's order on one empty server."""
    with django_db_blocker.unblock():
        drop_all()
        run(scripts, BASE, TOLD)
        for script in SIX:
            run(scripts, script)
        yield
        drop_all()


def run(scripts: dict[str, str], script: str, *options: str, beside: str = GLOBAL) -> None:
    done = mysql_client.run(scripts[script], *options, beside=beside)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), script


def test_they_are_the_document_s_seven(scripts: dict[str, str]) -> None:
    assert set(scripts) == {
        "kalman_tables_extension.sql",
        "extend_finance_shard_signal.sql",
        "extend_finance_shard_tutorial.sql",
        "extend_finance_shard_notifications.sql",
        "drop_all_tables_and_recreate.sql",
        "create_universal_outbox.sql",
        "chat_tables_extension.sql",
    }
    assert list(SCRIPTS)[:2] == ["drop_all_tables_and_recreate.sql", "create_universal_outbox.sql"]


def test_each_table_and_routine_is_in_the_script_that_it_belongs_to(scripts: dict[str, str]) -> None:
    for alias in NAMES:
        for table in tables_on(alias):
            made = [script for script, text in scripts.items() if f"EXISTS `{table.name}` (" in text]
            assert made == [script_of(table.app, table.name)], table.name
        for routine in expected_on(alias):
            made = [script for script, text in scripts.items() if f"CREATE {routine.kind} {routine.name}" in text]
            assert made == [script_of(routine.folder.partition("/")[2], routine.name)], routine.name


@pytest.mark.parametrize(
    ("app", "name", "script"),
    [
        ("shards", "universal_outbox", OUTBOX),
        ("shards", "outbox_sequences", OUTBOX),
        ("shards", "fn_get_next_sequence", OUTBOX),
        ("shards", "fp_universal_outbox_cleanup", OUTBOX),
        ("shards", "table_errorlog", BASE),
        ("accounts", "fp_user_signup", BASE),
        ("signals", "table_kalman_history", "kalman_tables_extension.sql"),
        ("signals", "fp_kalman_latest_state_get", "kalman_tables_extension.sql"),
        ("signals", "table_signal_alarms", "extend_finance_shard_signal.sql"),
        ("tutorial", "table_tutorial_progress", "extend_finance_shard_tutorial.sql"),
        ("notifications", "table_inapp_notification_stats", "extend_finance_shard_notifications.sql"),
        ("chat", "fp_chat_room_create", "chat_tables_extension.sql"),
    ],
)
def test_what_the_document_names_is_in_the_script_that_it_says(app: str, name: str, script: str) -> None:
    assert script_of(app, name) == script


def test_a_new_routine_appears_by_itself(sql: Folder, tmp_path: Path) -> None:
    sql.write("shard/chat/fp_chat_room_create", PROBE.replace("fp_probe", "fp_chat_room_create").format(answer=1))
    rendered(tmp_path)
    text = (tmp_path / "chat_tables_extension.sql").read_text()
    assert text.count("CREATE PROCEDURE fp_chat_room_create()") == 2
    assert re.findall(r"^USE (\w+);", text, re.MULTILINE) == list(NAMES.values())  # personas are global


@pytest.mark.parametrize("alias", NAMES)
def test_the_schema_is_that_of_a_migrated_database(built: None, alias: str) -> None:
    ours = mysql_client.schema(NAMES[alias], beside=GLOBAL)
    migrated = mysql_client.schema(connections.settings[alias]["NAME"], beside=alias)
    for view, rows in migrated.items():
        assert ours[view] == rows, view
    assert len(ours["columns"]) > 50


@pytest.mark.parametrize("alias", [GLOBAL, "shard_1"])
def test_migrate_has_nothing_left_to_do(built: None, alias: str) -> None:
    at = connections.settings[GLOBAL]
    url = f"mysql://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{NAMES[alias]}"
    query = "SELECT app, name FROM {}.django_migrations ORDER BY app, name"
    migrated = scratch.execute(alias, query.format(connections.settings[alias]["NAME"]))
    assert scratch.execute(GLOBAL, query.format(NAMES[alias])) == migrated
    done = scratch.manage("migrate", f"--database={alias}", "--check", "--no-input", **{VARIABLE[alias]: url})
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_checkroutines_finds_no_difference(built: None, django_db_blocker: Any) -> None:
    with scratch.alias("shard_9", NAMES["shard_1"], beside=GLOBAL) as alias, django_db_blocker.unblock():
        assert installed.differences(alias) == []


def test_the_first_account_key_is_1000(built: None) -> None:
    (row,) = scratch.execute(GLOBAL, f"SHOW CREATE TABLE {NAMES[GLOBAL]}.table_accountid")
    assert " AUTO_INCREMENT=1000 " in row[1]


def fill() -> None:
    """An account with its shard, and on every database a partition of events."""
    where, now = NAMES[GLOBAL], "UTC_TIMESTAMP(6)"
    account = f"1, 'kim', '!', '김🙂', 'kim@example.com', {now}"
    for target, rows in {
        "table_shard_config (shard_id, shard_name, host, database_name, created_at, updated_at)": (
            f"SELECT 1, '한국', 'h', 'd', {now}, {now}"
        ),
        "table_accountid (platform_type, account_id, password_hash, nickname, email, create_time)": f"SELECT {account}",
        "table_user_shard_mapping (account_db_key, shard_id, assigned_at, updated_at)": (
            f"SELECT account_db_key, 1, {now}, {now} FROM {where}.table_accountid"  # noqa: S608
        ),
    }.items():
        scratch.execute(GLOBAL, f"INSERT INTO {where}.{target} {rows}")
    for name in NAMES.values():
        scratch.execute(GLOBAL, f"INSERT INTO {name}.outbox_sequences VALUES ('chat', '7', 42)")  # noqa: S608


def test_the_six_keep_data_when_they_run_again(scripts: dict[str, str], built: None) -> None:
    fill()
    before = everything()
    assert before[0][1]["table_shard_stats"][0][:2] == (1, 1)  # the trigger counted
    for script in SIX:
        run(scripts, script)
    assert everything() == before


@pytest.mark.parametrize("options", [[], ["--init-command=SET @recreate = 'finance_global'"], ["--force"]])
def test_the_drop_script_stops_at_its_first_line(scripts: dict[str, str], built: None, options: list[str]) -> None:
    """And with a client that goes on after errors it drops nothing."""
    before = everything()
    done = mysql_client.run(scripts[BASE], *options, beside=GLOBAL)
    assert done.returncode == (0 if options == ["--force"] else 1)
    assert re.findall(r"at line (\d+): .*STOPPED: this drops all data", done.stderr) == ["1"]
    assert f"SET @recreate = '{' '.join(NAMES.values())}'" in done.stderr
    assert everything() == before


def test_a_script_that_was_cut_short_may_be_run_again_in_any_order(scripts: dict[str, str], built: None) -> None:
    before = everything()
    run(scripts, BASE, TOLD)
    assert scratch.execute(GLOBAL, f"SELECT * FROM {NAMES[GLOBAL]}.table_accountid") == []  # noqa: S608
    for script in reversed(SIX):
        text = scripts[script]
        middle = text.find("\nCREATE TABLE", len(text) // 2)
        mysql_client.run(text[: middle if middle > 0 else None], beside=GLOBAL)
        run(scripts, script)
    for (old_schema, old), (new_schema, new) in zip(before, everything(), strict=True):
        assert new_schema == old_schema
        assert {row[1:3] for row in new["django_migrations"]} == {row[1:3] for row in old["django_migrations"]}


@pytest.mark.parametrize(("gone", "more"), [("0001_initial", "0001_other"), ("0001_initial", ""), ("", "0099_later")])
def test_a_database_of_another_version_is_left_alone(
    scripts: dict[str, str], built: None, gone: str, more: str
) -> None:
    """Of another branch, an earlier one, a later one."""
    table = f"{NAMES['shard_1']}.django_migrations"
    rows = scratch.execute(GLOBAL, f"SELECT id, app, name, applied FROM {table} WHERE app = 'shards'")  # noqa: S608
    scratch.execute(GLOBAL, f"DELETE FROM {table} WHERE app = 'shards' AND name = '{gone}'")  # noqa: S608
    if more:
        scratch.execute(GLOBAL, f"INSERT INTO {table} SELECT 9999, 'shards', '{more}', UTC_TIMESTAMP(6)")
    before = everything()
    done = mysql_client.run(scripts[OUTBOX], beside=GLOBAL)
    assert done.returncode == 1
    assert f"STOPPED: {NAMES['shard_1']} has other migrations of shards than this script" in done.stderr
    assert everything() == before
    scratch.execute(GLOBAL, f"DELETE FROM {table} WHERE app = 'shards'")  # noqa: S608
    run(scripts, OUTBOX)
    again = scratch.execute(GLOBAL, f"SELECT name FROM {table} WHERE app = 'shards' ORDER BY id")  # noqa: S608
    assert again == [(name,) for _, _, name, _ in rows]


def test_databases_on_servers_of_their_own_have_a_folder_each(tmp_path: Path, built: None) -> None:
    rendered(tmp_path, "--each")
    assert {path.name for path in tmp_path.iterdir()} == set(NAMES.values())
    name = NAMES["shard_1"]
    one = {path.name: path.read_text() for path in (tmp_path / name).iterdir()}
    assert set(one) == set(SCRIPTS)
    run(one, BASE, f"--init-command=SET @recreate = '{name}'", beside="shard_1")
    for script in SIX:
        run(one, script, beside="shard_1")
    assert mysql_client.schema(name, beside="shard_1") == mysql_client.schema(name, beside=GLOBAL)
    assert scratch.execute("shard_1", f"SHOW DATABASES LIKE '{PREFIX}%'") == [(name,)]


@pytest.mark.parametrize("option", ["--shards=0", "--shards=1,x", "--prefix=a;b"])
def test_what_cannot_be_a_name_is_refused(tmp_path: Path, option: str) -> None:
    with pytest.raises(CommandError, match=option.partition("=")[0]):
        call_command("render_scripts", f"--out={tmp_path}", option)
    assert list(tmp_path.iterdir()) == []
