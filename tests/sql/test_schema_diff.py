"""`manage.py schema_diff` names each difference from the models and `sql/`, and finds none in a migrated database."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from config.databases import GLOBAL
from config.grants import BESIDE
from shards import schema
from tests import scratch

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.mark.parametrize("alias", [GLOBAL, "shard_1"])
def test_a_migrated_database_has_none(alias: str) -> None:
    assert schema.differences(alias) == []
    name = connections.settings[alias]["NAME"]
    assert scratch.execute(alias, f"SHOW DATABASES LIKE '{name}{BESIDE}'") == [], "what it made is gone"


CHANGES = {
    "DROP TABLE table_inapp_notifications": ["table table_inapp_notifications is missing"],
    "CREATE TABLE table_of_nobody (id INT PRIMARY KEY, CONSTRAINT ck_mine CHECK (id > 0))": [
        "table table_of_nobody is in no model"
    ],
    "ALTER TABLE table_signal_alarms MODIFY note VARCHAR(77) COLLATE utf8mb4_unicode_520_ci NOT NULL DEFAULT ''": [
        "column table_signal_alarms.note: column_type is 'varchar(77)', should be 'varchar(500)'"
    ],
    "ALTER TABLE table_signal_alarms ADD COLUMN spare INT": ["column table_signal_alarms.spare is in no model"],
    "CREATE INDEX ix_spare ON table_signal_alarms (note)": ["index table_signal_alarms.ix_spare is in no model"],
    "ALTER TABLE table_account_residence ADD CONSTRAINT ck_spare CHECK (epoch < 9)": [
        "constraint table_account_residence.ck_spare is in no model",
        "check table_account_residence.ck_spare is in no model",
    ],
    "ALTER TABLE table_errorlog COLLATE utf8mb4_bin": [
        "table table_errorlog: table_collation is 'utf8mb4_bin', should be 'utf8mb4_unicode_520_ci'"
    ],
    "DROP PROCEDURE fp_signal_alarm_delete": ["procedure fp_signal_alarm_delete is missing"],
}


@pytest.fixture(scope="module")
def found(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, list[str]]]:
    """change -> the differences that it makes on a database that had none."""
    with django_db_blocker.unblock(), scratch.database("differs", beside="shard_1") as url:
        done = scratch.manage("migrate", "--database=shard_1", "--no-input", SHARD_1_DATABASE_URL=url)
        assert done.returncode == 0, done.stderr
        with scratch.alias("differs", url, beside="shard_1"):
            known = schema.differences("differs")
            assert known == []
            found = {}
            for change in CHANGES:
                with connections["differs"].cursor() as cursor:
                    cursor.execute(change)
                found[change] = [line for line in schema.differences("differs") if line not in known]
                known += found[change]
        yield found


@pytest.mark.parametrize("change", CHANGES)
def test_each_difference_is_named(found: dict[str, list[str]], change: str) -> None:
    assert found[change] == CHANGES[change]


def test_the_command_lists_them_and_fails() -> None:
    scratch.execute("shard_1", "CREATE TABLE table_of_nobody (id INT PRIMARY KEY)")
    out = StringIO()
    try:
        with pytest.raises(CommandError, match="some databases differ"):
            call_command("schema_diff", "--database=shard_1", "--database=shard_2", stdout=out)
    finally:
        scratch.execute("shard_1", "DROP TABLE table_of_nobody")
    assert out.getvalue().splitlines() == [
        "shard_1: 1 differences",
        "  table table_of_nobody is in no model",
        "shard_2: as in the models and sql/",
    ]


def test_an_unknown_database_is_refused() -> None:
    with pytest.raises(CommandError, match="no database shard_77; there are default"):
        call_command("schema_diff", "--database=shard_77")
