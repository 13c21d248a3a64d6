"""Keeps one slow or dead shard from taking the other shards' threads along.

Web processes let at most `SHARD_THREADS` threads wait for a shard from which nobody has come back for `PATIENCE`
seconds; whoever comes then is refused at once. A shard that answers slowly, because it or this machine is loaded, is
not refused: threads keep coming back from it. A lost or timed-out connection closes the gate for `REST` seconds; after
that one thread at a time tries, until one comes back. Other processes have no limit on threads, but a lost shard is
the same named exception everywhere.
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

PATIENCE = 1.0
REST = 1.0

_lock = threading.Lock()
_inside: dict[int, dict[int, float]] = defaultdict(dict)  # shard -> thread -> since when
_came_back: dict[int, float] = {}  # shard -> when the last thread did, and not because it lost its connection
_closed_until: dict[int, float] = {}  # shards that were lost, until a thread comes back from them


@contextmanager
def through(shard_id: int) -> Iterator[None]:
    """Hold a place at the shard; raises ShardUnavailable without touching the network when the gate is closed."""
    thread = threading.get_ident()
    nested = _enter(shard_id, thread)
    lost = False
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        lost = is_lost(error)
        if not lost:
            raise
        raise ShardUnavailable(shard_id) from error
    except ShardUnavailable as error:
        lost = error.shard_id == shard_id  # on a way that led here twice
        raise
    finally:
        _leave(shard_id, None if nested else thread, lost)


def _enter(shard_id: int, thread: int) -> bool:
    """Whether the thread was inside already."""
    now = monotonic()
    if _closed_until.get(shard_id, 0) > now:
        raise ShardUnavailable(shard_id)
    with _lock:
        inside = _inside[shard_id]
        if thread in inside:
            return True
        if inside and (shard_id in _closed_until or _hangs(shard_id, now)):
            raise ShardUnavailable(shard_id)
        inside[thread] = now
        return False


def _hangs(shard_id: int, now: float) -> bool:
    inside, limit = _inside[shard_id], settings.SHARD_THREADS
    silent_since = max(min(inside.values()), _came_back.get(shard_id, 0))
    return bool(limit) and len(inside) >= limit and now - silent_since > PATIENCE


def _leave(shard_id: int, thread: int | None, lost: bool) -> None:
    now = monotonic()
    with _lock:
        if thread is not None:
            _inside[shard_id].pop(thread, None)
        if not lost:
            _came_back[shard_id] = now
            _closed_until.pop(shard_id, None)
        elif settings.SHARD_THREADS:
            _closed_until[shard_id] = now + REST
