import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import orjson
from django.db import connections, transaction
from django.utils.timezone import now

from accounts.transfer.lines import line_of
from accounts.withdrawal.holdings import models_of, objects_of
from shards.backup.manifest import BackupRefused, Told
from shards.models import AccountResidence
from shards.placement import shard_of
from shards.scope import Scope, current_alias, on_shard

FORMAT = 1
RESIDENCE = AccountResidence._meta.db_table  # says where the account is, so the other shard writes its own


def account_export(*, account_db_key: int, path: Path, hold: bool, told: Told) -> int:
    """Returns how many rows were written. The file has its name only when it is whole.

    With `hold` nobody writes for the account afterwards, so that what is in the file is all there will be.
    Raises AccountUnknown, ShardUnavailable and BackupRefused.
    """
    if path.exists():
        raise BackupRefused(f"{path} is there already")
    partial = path.with_name(f"{path.name}.partial")
    shard_id = shard_of(account_db_key)
    with on_shard(shard_id), partial.open("wb") as file:
        partial.chmod(0o600)
        if hold:
            AccountResidence.objects.filter(pk=account_db_key).update(state=AccountResidence.State.MOVING)
        head = {"format": FORMAT, "account_db_key": account_db_key, "shard_id": shard_id, "exported_at": now()}
        file.write(orjson.dumps(head) + b"\n")
        count, digest = _write_rows(account_db_key, file, told)
        file.write(orjson.dumps({"rows": count, "sha256": digest}) + b"\n")
    partial.rename(path)
    return count


def _write_rows(account_db_key: int, file: IO[bytes], told: Told) -> tuple[int, str]:
    count, digest = 0, hashlib.sha256()
    for line in _lines(account_db_key, told):
        file.write(line)
        digest.update(line)
        count += 1
    return count, digest.hexdigest()


def _lines(account_db_key: int, told: Told) -> Iterator[bytes]:
    """All tables as of one moment: the level is that of the next transaction alone."""
    alias = current_alias()
    with connections[alias].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    with transaction.atomic(using=alias):
        for model in models_of(Scope.SHARD):
            table = model._meta.db_table
            if table != RESIDENCE:
                told(table)
                yield from map(line_of, objects_of(model, account_db_key, alias))
