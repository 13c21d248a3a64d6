"""A folder back into a database: compared with its manifest before, counted after, migrated, and its routines
installed.
"""

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import MySQLdb
from django.db import connections, transaction

from config.databases import shard_id_of
from shards import installed
from shards.backup.dumping import LAST
from shards.backup.manifest import SCHEMA, BackupRefused, Manifest, Told, read
from shards.migrating import migrate, progress
from shards.models import Restore, ShardConfig
from shards.operations import install
from shards.routines import expected_on


def restore(alias: str, folder: Path, told: Told, *, replace: bool) -> Manifest:
    """Raises BackupRefused before anything is changed; what is raised later leaves a database that is not whole.

    A run that was cut off is run again with `replace`: the migrations' table comes last, so that a half-made database
    has none, and its shard does not serve.
    """
    manifest = read(folder)
    if manifest.alias != alias:
        raise BackupRefused(f"{folder} is a backup of {manifest.alias}, not of {alias}")
    _require_unserved(alias)
    _make(alias, manifest.collation, replace=replace)
    driver = MySQLdb.connect(**connections[alias].get_connection_params())
    driver.autocommit(True)
    try:
        _load(driver, folder / SCHEMA)
        for table in sorted(manifest.tables, key=lambda table: table.name == LAST):
            _load(driver, folder / table.file)
            _require_rows(driver, table.name, table.rows)
            told(f"{table.name}: {table.rows:,} rows")
    finally:
        driver.close()
    _bring_up_to_date(alias, told)
    with transaction.atomic(using=alias):
        now = max(datetime.now(UTC), manifest.snapshot_at)  # clocks differ
        Restore.objects.using(alias).create(restored_at=now, snapshot_at=manifest.snapshot_at)
    return manifest


def _require_unserved(alias: str) -> None:
    shard_id = shard_id_of(alias)
    if shard_id is None:
        return  # the global database has no status: the runbook stops the site first
    row = ShardConfig.objects.filter(pk=shard_id).first()
    if row is not None and row.status != ShardConfig.Status.DISABLED:
        raise BackupRefused(f"{alias} is {row.status}: CALL fp_update_shard_status({row.shard_id}, 'disabled') first")


def _make(alias: str, collation: str, *, replace: bool) -> None:
    connection = connections[alias]
    connection.close()
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    with connection._nodb_cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = %s", [connection.settings_dict["NAME"]]
        )
        (tables,) = cursor.fetchone()
        if tables and not replace:
            raise BackupRefused(f"{name} has {tables} tables: --replace {name.strip('`')} drops what is there")
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE {collation}")


def _load(driver: Any, path: Path) -> None:
    """A statement a line."""
    with gzip.open(path, "rb") as file:
        for line in file:
            driver.query(line.rstrip(b";\n"))
            driver.store_result()


def _require_rows(driver: Any, name: str, expected: int) -> None:
    with driver.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM `{name}`")  # noqa: S608  # of a manifest whose digests were right
        ((found,),) = cursor.fetchall()
    if found != expected:
        raise RuntimeError(f"{name} has {found:,} rows after it was loaded, and should have {expected:,}")


def _bring_up_to_date(alias: str, told: Told) -> None:
    told("migrating")
    with progress() as shown:
        failed = migrate([alias], shown)
    if failed:
        raise RuntimeError(f"the rows are back; migrating failed: {failed[alias]}")
    told("installing routines")
    for folder in sorted({routine.folder for routine in expected_on(alias)}):
        install(connections[alias], folder)
    if lines := installed.differences(alias):
        raise RuntimeError("the rows are back; routines differ from sql/:\n  " + "\n  ".join(lines))
