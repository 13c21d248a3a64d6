"""Which shard an account lives on: a row of `table_user_shard_mapping`, remembered at three distances.

Each process remembers for `REMEMBERED` seconds, the cache server for an hour, the row is the truth. A stale answer
does no harm to writes: every writing routine reads the account's residence row on the shard and refuses, then the
caller forgets, asks again and repeats (`transactions.in_account_transaction`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from django.core.cache import cache

from shards.exceptions import AccountUnknown
from shards.models import UserShardMapping
from shards.scope import on_shard

REMEMBERED = 10.0
CACHED = 3600
LIMIT = 100_000  # accounts that one process remembers before it starts afresh

_remembered: dict[int, tuple[int, float]] = {}


def shard_of(account_db_key: int) -> int:
    """The account's shard id; raises AccountUnknown."""
    known = _remembered.get(account_db_key)
    if known is not None and known[1] > monotonic():
        return known[0]
    shard_id = cache.get(_key(account_db_key))
    if shard_id is None:
        shard_id = UserShardMapping.objects.filter(pk=account_db_key).values_list("shard_id", flat=True).first()
        if shard_id is None:
            raise AccountUnknown
        cache.set(_key(account_db_key), shard_id, CACHED)
    remember(account_db_key, shard_id)
    return int(shard_id)


def remember(account_db_key: int, shard_id: int) -> None:
    """What a session said about its account, so that the request asks nobody else."""
    if len(_remembered) >= LIMIT:
        _remembered.clear()
    _remembered[account_db_key] = (shard_id, monotonic() + REMEMBERED)


def forget(account_db_key: int) -> None:
    """Drop what this process and the cache server remember; the next question reads the row."""
    _remembered.pop(account_db_key, None)
    cache.delete(_key(account_db_key))


@contextmanager
def on_account(account_db_key: int) -> Iterator[None]:
    """Work on the shard of one account; raises AccountUnknown and ShardUnavailable."""
    with on_shard(shard_of(account_db_key)):
        yield


def _key(account_db_key: int) -> str:
    return f"shard_of:{account_db_key}"
