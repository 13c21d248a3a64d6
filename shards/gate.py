"""Keeps one slow or dead shard from taking the other shards' threads along.

Web processes let at most `SHARD_THREADS` threads wait for one shard once the longest has waited for `PATIENCE`;
whoever comes then is refused at once. A lost or timed-out connection closes the gate for `REST` seconds. Other
processes have no limit on threads, but a lost shard is the same named exception everywhere.
"""

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from django.conf import settings
from django.db.utils import InterfaceError, OperationalError

from config.databases import is_lost
from shards.exceptions import ShardUnavailable

PATIENCE = 0.5
REST = 1.0

_lock = threading.Lock()
_inside: dict[int, dict[int, float]] = defaultdict(dict)  # shard -> thread -> since when
_closed_until: dict[int, float] = {}


@contextmanager
def through(shard_id: int) -> Iterator[None]:
    """Hold a place at the shard; raises ShardUnavailable without touching the network when the gate is closed."""
    thread = threading.get_ident()
    nested = _enter(shard_id, thread)
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        if not is_lost(error):
            raise
        if settings.SHARD_THREADS:
            _closed_until[shard_id] = monotonic() + REST
        raise ShardUnavailable(shard_id) from error
    finally:
        if not nested:
            with _lock:
                _inside[shard_id].pop(thread, None)


def _enter(shard_id: int, thread: int) -> bool:
    now = monotonic()
    if _closed_until.get(shard_id, 0) > now:
        raise ShardUnavailable(shard_id)
    with _lock:
        inside = _inside[shard_id]
        if thread in inside:
            return True
        limit = settings.SHARD_THREADS
        if limit and len(inside) >= limit and now - min(inside.values()) > PATIENCE:
            raise ShardUnavailable(shard_id)
        inside[thread] = now
        return False
