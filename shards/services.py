"""What operators change about shards."""

from django.db import transaction

from config.databases import GLOBAL
from shards import directory, procedures
from shards.exceptions import ShardPlaceTaken
from shards.models import ShardConfig


def shard_status_set(*, shard_id: int, status: str) -> list[int]:
    """Obeyed here when it is committed, by every other process within seconds. Raises ShardUnknown, ShardStatusUnknown.

    Returns the shards that take new accounts then: none means that nobody can sign up.

    May run inside another transaction, because Django's admin has one of its own around every save.
    """
    with transaction.atomic(using=GLOBAL):
        procedures.update_shard_status(shard_id=shard_id, status=status)
        transaction.on_commit(directory.refresh, using=GLOBAL)
        return [shard.shard_id for shard in procedures.get_active_shard_ids()]


def shard_insert(*, shard_id: int, name: str, host: str, port: int, database: str, max_connections: int) -> bool:
    """The row of a shard that is being made, disabled: no process uses it yet. False when that row is there already.

    Raises ShardPlaceTaken when the id has another place, the place another id, or the name is another shard's.
    """
    with transaction.atomic(using=GLOBAL):
        rows = ShardConfig.objects.select_for_update()
        there = rows.filter(pk=shard_id).first()
        place = (host, port, database)
        if there is not None and (there.host, there.port, there.database_name) == place:
            return False
        others = ShardConfig.objects.exclude(pk=shard_id)
        if there is not None:
            raise ShardPlaceTaken(f"shard {shard_id} is {there.database_name} on {there.host}:{there.port}")
        if other := others.filter(host=host, port=port, database_name=database).first():
            raise ShardPlaceTaken(f"{database} on {host}:{port} is shard {other.shard_id}")
        if other := others.filter(shard_name=name).first():
            raise ShardPlaceTaken(f"{name} is the name of shard {other.shard_id}")
        ShardConfig.objects.create(
            shard_id=shard_id, shard_name=name, host=host, port=port, database_name=database,
            max_connections=max_connections, status=ShardConfig.Status.DISABLED,
        )  # fmt: skip
        return True
