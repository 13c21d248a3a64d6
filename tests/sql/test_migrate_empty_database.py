"""`manage.py migrate --database=...` on an empty database makes exactly what belongs there (DESIGN section 2)."""

import re
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.db import connections

from config.databases import GLOBAL, shard_alias
from shards import installed
from shards.router import scope_of
from shards.routines import expected_on
from tests import scratch

pytestmark = pytest.mark.django_db(databases="__all__")

DJANGO_S_OWN = {"django_migrations"}
VARIABLE = {GLOBAL: "DATABASE_URL", shard_alias(1): "SHARD_1_DATABASE_URL"}


class Migrated(NamedTuple):
    alias: str  # whose database it was for the command
    creates: dict[str, str]  # table -> SHOW CREATE TABLE
    filled: set[str]  # tables that have rows
    routines: dict[str, str]
    triggers: dict[str, str]


@pytest.fixture(scope="module", params=[GLOBAL, shard_alias(1)])
def migrated(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Migrated:
    """What an empty database holds after the real command, in a process of its own."""
    alias = request.param
    with django_db_blocker.unblock(), scratch.database("migrated", beside=alias) as url:
        assert tables(alias, url) == set()
        done = scratch.manage("migrate", f"--database={alias}", "--no-input", **{VARIABLE[alias]: url})
        assert done.returncode == 0, done.stderr
        with scratch.alias("migrated", url, beside=alias), connections["migrated"].cursor() as cursor:
            routines, triggers = installed.comments(cursor), installed.trigger_bodies(cursor)
            creates, filled = {}, set()
            for table in tables(alias, url):
                cursor.execute(f"SHOW CREATE TABLE {table}")
                creates[table] = cursor.fetchone()[1]
                cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608  # a name from information_schema
                filled |= {table} if cursor.fetchone() else set()
    return Migrated(alias, creates, filled, routines, triggers)


def tables(beside: str, url: str) -> set[str]:
    schema = url.rpartition("/")[2]
    query = f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{schema}'"  # noqa: S608
    return {name for (name,) in scratch.execute(beside, query)}


def test_the_tables_are_those_of_the_scope(migrated: Migrated) -> None:
    assert set(migrated.creates) == DJANGO_S_OWN | {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy and scope_of(model).covers(migrated.alias)
    }


def test_a_shard_has_no_table_of_django_s_but_its_migrations(migrated: Migrated) -> None:
    foreign = {table for table in migrated.creates if table.startswith(("django_", "auth_"))}
    assert (foreign == DJANGO_S_OWN) is (migrated.alias != GLOBAL)
    assert ("table_accountid" in migrated.creates) is (migrated.alias == GLOBAL)


def test_routines_and_triggers_are_those_of_the_scope(migrated: Migrated) -> None:
    expected = expected_on(migrated.alias)
    assert migrated.routines == {r.name: r.comment for r in expected if r.kind != "TRIGGER"}
    assert migrated.triggers == {r.name: r.body for r in expected if r.kind == "TRIGGER"}


def test_migrations_insert_no_rows(migrated: Migrated) -> None:
    """On the global database Django itself writes content types and permissions."""
    django_s = {"django_content_type", "auth_permission"} if migrated.alias == GLOBAL else set()
    assert migrated.filled == DJANGO_S_OWN | django_s


def test_the_first_account_key_is_1000(migrated: Migrated) -> None:
    text = migrated.creates.get("table_accountid", "")
    assert re.findall(r" AUTO_INCREMENT=(\d+) ", text) == (["1000"] if migrated.alias == GLOBAL else [])


def test_no_table_cascades(migrated: Migrated) -> None:
    """Cascaded deletes fire no triggers."""
    assert {table for table, text in migrated.creates.items() if "CASCADE" in text.upper()} == set()
