"""InstallRoutines brings a database to what a folder of sql/ holds (DESIGN section 4.6)."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from shards import installed
from shards.operations import InstallRoutines, install
from shards.procedures import call_shard_procedure
from shards.routines import expected_on, folder_digest
from tests import scratch
from tests.sql_copy import PROBE, Folder

pytestmark = pytest.mark.django_db(databases="__all__")


def migrated(connection: Any, folder: str, digest: str) -> dict[str, str]:
    """Run the operation as a migration does; what the database has then."""
    with connection.schema_editor() as editor:
        InstallRoutines(folder, digest=digest).database_forwards("shards", editor, None, None)
    with connection.cursor() as cursor:
        return installed.comments(cursor)


def answer() -> int:
    return call_shard_procedure(9, "fp_probe")[0][0]


def test_it_installs_the_folder_and_nothing_else(sql: Folder, empty_shard: Any) -> None:
    digest = folder_digest("shard/probe")
    assert list(migrated(empty_shard, "shard/probe", digest)) == ["fp_probe"]
    assert answer() == 1


def test_the_database_can_be_asked_which_text_it_runs(sql: Folder, empty_shard: Any) -> None:
    (comment,) = migrated(empty_shard, "shard/probe", folder_digest("shard/probe")).values()
    (routine,) = (r for r in expected_on("shard_9") if r.name == "fp_probe")
    assert comment == f"shard/probe {routine.digest}"


def test_repeating_changes_nothing(sql: Folder, empty_shard: Any) -> None:
    assert install(empty_shard, "shard/probe") == ["fp_probe"]
    assert install(empty_shard, "shard/probe") == []


def test_a_changed_text_replaces_the_old_one(sql: Folder, empty_shard: Any) -> None:
    install(empty_shard, "shard/probe")
    sql.write("shard/probe/fp_probe", PROBE.format(answer=2))
    assert install(empty_shard, "shard/probe") == ["fp_probe"]
    assert answer() == 2


def test_a_routine_without_a_file_is_dropped_and_its_neighbours_stay(sql: Folder, empty_shard: Any) -> None:
    sql.write("shard/probe/fp_other", PROBE.replace("fp_probe", "fp_other").format(answer=3))
    sql.write("shard/elsewhere/fp_third", PROBE.replace("fp_probe", "fp_third").format(answer=4))
    install(empty_shard, "shard/elsewhere")
    assert install(empty_shard, "shard/probe") == ["fp_other", "fp_probe"]
    sql.remove("shard/probe/fp_other")
    assert install(empty_shard, "shard/probe") == ["fp_other"]
    with empty_shard.cursor() as cursor:
        assert set(installed.comments(cursor)) == {"fp_probe", "fp_third"}


def test_another_digest_than_the_folder_s_does_nothing(sql: Folder, empty_shard: Any) -> None:
    """An old migration run on a new checkout: a later one installs."""
    assert migrated(empty_shard, "shard/probe", "0123456789abcdef") == {}


def test_it_asks_the_router(sql: Folder, empty_shard: Any) -> None:
    assert migrated(empty_shard, "global/accounts", folder_digest("global/accounts")) == {}
    assert migrated(empty_shard, "every/shards", folder_digest("every/shards")) != {}
    before = installed.comments(connections["default"].cursor())
    assert migrated_on_default() == before


def migrated_on_default() -> dict[str, str]:
    class Editor:
        connection = connections["default"]

    InstallRoutines("shard/probe", digest=folder_digest("shard/probe")).database_forwards("shards", Editor, None, None)  # type: ignore[arg-type]
    return installed.comments(connections["default"].cursor())


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ("DROP PROCEDURE fp_account_provision", "procedure fp_account_provision is missing"),
        (
            "ALTER PROCEDURE fp_account_provision COMMENT 'shard/shards 0123456789abcdef'",
            "procedure fp_account_provision differs from sql/shard/shards/fp_account_provision.sql",
        ),
        ("CREATE PROCEDURE fp_stray() SELECT 1", "fp_stray has no file in sql/"),
    ],
)
def test_checkroutines_names_the_difference(empty_shard: Any, change: str, line: str) -> None:
    scratch.tables_with_triggers("shard_9", like="shard_2")
    for folder in {routine.folder for routine in expected_on("shard_9")}:
        install(empty_shard, folder)
    assert installed.differences("shard_9") == []
    with empty_shard.cursor() as cursor:
        cursor.execute(change)
    assert installed.differences("shard_9") == [line]


def test_checkroutines_says_all_is_well() -> None:
    out = StringIO()
    call_command("checkroutines", stdout=out)
    assert out.getvalue().splitlines() == [
        "default: as in sql/",
        "shard_1: as in sql/",
        "shard_2: as in sql/",
    ]


def test_checkroutines_fails_when_a_database_differs(empty_shard: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shards.directory.refresh", lambda: None)  # it would drop the alias, which has no row
    out = StringIO()
    with pytest.raises(CommandError, match=r"run manage\.py migrate_all"):
        call_command("checkroutines", stdout=out)
    assert f"shard_9: \n  {installed.differences('shard_9')[0]}\n" in out.getvalue()


def test_a_trigger_whose_body_was_changed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with connections["default"].cursor() as cursor:
        bodies = installed.trigger_bodies(cursor)
    assert len(bodies) == 4
    name = "tr_table_user_shard_mapping_delete"
    changed = bodies | {name: bodies[name].replace("- 1", "- 2")}
    monkeypatch.setattr(installed, "trigger_bodies", lambda cursor: changed)
    assert installed.differences("default") == [f"trigger {name} differs from sql/global/shards/{name}.sql"]
