import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from django.db import transaction
from django.db.models import Model
from django.utils.timezone import now

from accounts.transfer.exporting import FORMAT, RESIDENCE
from accounts.transfer.lines import fields_of, row_of
from accounts.withdrawal.holdings import has_rows, models_of
from accounts.withdrawal.services import delete_all_on
from config.databases import GLOBAL, shard_alias
from shards import directory, placement
from shards.backup.manifest import BackupRefused, Told
from shards.exceptions import AccountUnknown
from shards.models import AccountResidence, UserShardMapping
from shards.scope import Scope, on_shard

AT_ONCE = 500
ACTIVE, MOVED = AccountResidence.State.ACTIVE, AccountResidence.State.MOVED


def account_import(*, path: Path, shard_id: int, told: Told) -> int:
    """Returns how many rows were written; all are there or none is.

    Then the mapping follows, and where the account lived before it is closed and its rows go: `manage.py reconcile
    --apply` ends what was cut off between these. Raises BackupRefused before anything is changed, AccountUnknown and
    ShardUnavailable.
    """
    account_db_key, count = _checked(path)
    if placement_of(account_db_key) is None:
        raise AccountUnknown
    epoch = _require_nowhere_else(account_db_key, shard_id)
    with on_shard(shard_id):
        alias = shard_alias(shard_id)
        models = {model._meta.db_table: model for model in models_of(Scope.SHARD)}
        if full := [t for t, model in models.items() if t != RESIDENCE and has_rows(model, account_db_key, alias)]:
            raise BackupRefused(f"shard {shard_id} has rows of account {account_db_key} in {', '.join(full)}")
        with transaction.atomic(using=alias):
            # Not active yet: triggers pass the rows of an account that is on its way.
            AccountResidence.objects.update_or_create(pk=account_db_key, defaults={"state": MOVED, "epoch": epoch + 1})
            _insert(path, models, alias, told)
            AccountResidence.objects.filter(pk=account_db_key).update(state=ACTIVE)
    _settle(account_db_key, shard_id)
    return count


def placement_of(account_db_key: int) -> int | None:
    return UserShardMapping.objects.filter(pk=account_db_key).values_list("shard_id", flat=True).first()


def _checked(path: Path) -> tuple[int, int]:
    """Whose file it is and how many rows it holds, after it was read from end to end."""
    digest, count, last = hashlib.sha256(), 0, b""
    with path.open("rb") as file:
        head = orjson.loads(file.readline() or b"{}")
        for line in file:
            if last:
                digest.update(last)
                count += 1
            last = line
    foot = orjson.loads(last or b"{}")
    if head.get("format") != FORMAT or foot != {"rows": count, "sha256": digest.hexdigest()}:
        raise BackupRefused(f"{path} holds no whole account")
    return head["account_db_key"], count


def _require_nowhere_else(account_db_key: int, shard_id: int) -> int:
    """The greatest epoch that any shard knows; a shard that does not answer stops this."""
    epoch = 0
    for other in directory.served_shard_ids():
        with on_shard(other):
            row = AccountResidence.objects.filter(pk=account_db_key).first()
        if row is not None and row.state == ACTIVE and other != shard_id:
            raise BackupRefused(f"account {account_db_key} lives on shard {other}: export it with --hold")
        epoch = max(epoch, row.epoch if row else 0)
    return epoch


def _insert(path: Path, models: dict[str, type[Model]], alias: str, told: Told) -> None:
    waiting: dict[str, list[Model]] = {}
    for table, values in _rows(path):
        if table not in models:
            raise BackupRefused(f"there is no table {table} here")
        rows = waiting.setdefault(table, [])
        try:
            rows.append(row_of(models[table], values))
        except (KeyError, ValueError) as error:
            raise BackupRefused(f"{table}: {error}") from error
        if len(rows) == AT_ONCE:
            _write(models[table], rows, alias)
            waiting[table] = []
            told(table)
    for table, rows in waiting.items():
        if rows:
            _write(models[table], rows, alias)


def _write(model: type[Model], rows: list[Model], alias: str) -> None:
    """As they are: `bulk_create` would give the fields with auto_now the time of today."""
    model._base_manager._insert(rows, fields=fields_of(model), using=alias, raw=True)  # type: ignore[attr-defined]


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    with path.open("rb") as file:
        next(file)
        for line in map(orjson.loads, file):
            if "table" in line:
                yield line["table"], line["row"]


def _settle(account_db_key: int, shard_id: int) -> None:
    with transaction.atomic(using=GLOBAL):
        UserShardMapping.objects.filter(pk=account_db_key).exclude(shard_id=shard_id).update(
            shard_id=shard_id, updated_at=now()
        )
    placement.forget(account_db_key)
    for other in directory.served_shard_ids():
        if other == shard_id:
            continue
        with on_shard(other):
            lived_there = AccountResidence.objects.filter(pk=account_db_key).update(state=MOVED)
        if lived_there:
            delete_all_on(shard_alias(other), account_db_key=account_db_key)
