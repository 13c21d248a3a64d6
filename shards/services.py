"""What operators change about shards."""

from django.db import transaction

from config.databases import GLOBAL
from shards import directory, procedures


def shard_status_set(*, shard_id: int, status: str) -> list[int]:
    """Obeyed here when it is committed, by every other process within seconds. Raises ShardUnknown, ShardStatusUnknown.

    Returns the shards that take new accounts then: none means that nobody can sign up.

    May run inside another transaction, because Django's admin has one of its own around every save.
    """
    with transaction.atomic(using=GLOBAL):
        procedures.update_shard_status(shard_id=shard_id, status=status)
        transaction.on_commit(directory.refresh, using=GLOBAL)
        return [shard.shard_id for shard in procedures.get_active_shard_ids()]
