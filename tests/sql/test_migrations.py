"""Migrations carry what the code and sql/ say, under names that say what they do."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from config.env import BASE_DIR
from shards import installed
from shards.management.commands.make_routines import carried_digests
from shards.routines import folder_digest, folders

OURS = [config for config in apps.get_app_configs() if Path(config.path).parent == BASE_DIR]
WORDS = re.compile(r"\d{4}_(initial|[a-z][a-z0-9]*(_[a-z0-9]+)*)")


def test_the_last_migration_of_each_folder_carries_its_digest() -> None:
    carried = carried_digests(MigrationLoader(None))
    stale = [folder for folder in folders() if carried.get(folder) != folder_digest(folder)]
    assert stale == [], "sql/ was edited: run `make routines` and commit the migration that it writes"
    assert set(carried) == set(folders()), "a folder is gone from sql/: its last migration must drop the routines"


@pytest.mark.django_db(databases="__all__")
def test_no_model_is_ahead_of_its_migrations() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_migration_has_a_word_name() -> None:
    names = [path.stem for config in OURS for path in Path(config.path, "migrations").glob("[0-9]*.py")]
    assert names
    assert [name for name in names if not WORDS.fullmatch(name) or "_auto_" in name] == []


@pytest.mark.django_db(databases="__all__")
@pytest.mark.parametrize("alias", ["default", "shard_1", "shard_2"])
def test_every_database_runs_what_is_in_sql(alias: str) -> None:
    assert installed.differences(alias) == []
