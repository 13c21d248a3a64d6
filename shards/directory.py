"""Which shards exist and where: `table_shard_config`, read again every few seconds by every process.

A row's host, port, database and status are obeyed without a restart, also when it was changed with the mysql
client. Credentials never stand in the row: they come from SHARD_DATABASE_USER and _PASSWORD, and an alias that has
a `SHARD_<n>_DATABASE_URL` of its own keeps that URL (so tests keep the names that their runner gave).

Whoever uses a shard re-reads when it is time; one thread at a time, the others go on with what is known. Whoever
needs a shard that is not known, or not as one that serves, re-reads at once: a newcomer on a shard that was just added
must not be sent away. That happens once for each such shard between two regular readings, and for `UNKNOWN` of them at
most, so that made-up shards cost the global database next to nothing. Moving a shard replaces the alias' settings
dict, and each thread drops a connection that was made from another dict.
"""

import threading
from dataclasses import dataclass
from time import monotonic

import structlog
from django.conf import settings
from django.db import Error, connections

from config.databases import GLOBAL, mysql, shard_alias, shard_id_of
from shards.exceptions import ShardInMaintenance, ShardUnavailable

log = structlog.get_logger(__name__)

UNKNOWN = 8

ACTIVE, MAINTENANCE, DISABLED = "active", "maintenance", "disabled"


@dataclass(frozen=True)
class Row:
    shard_id: int
    host: str
    port: int
    database_name: str
    status: str


class _Directory:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.read_at = float("-inf")
        self.rows: dict[int, Row] = {}
        self.missed: set[int] = set()  # shards that were looked for in vain since the last regular reading


_directory = _Directory()


def alias(shard_id: int) -> str:
    """The alias of a shard that may be used now; raises ShardUnavailable for an unknown or disabled one."""
    _refresh_if_due()
    name = shard_alias(shard_id)
    if not _is_served(shard_id):
        _look_for(shard_id)
    _drop_stale_connection(name)
    if not _is_served(shard_id):
        raise ShardUnavailable(shard_id)
    return name


def shard_ids() -> list[int]:
    """All shards with an alias, whatever their status: for migrations, checks and /readyz."""
    _refresh_if_due()
    return sorted(shard_id for name in connections.settings if (shard_id := shard_id_of(name)) is not None)


def served_shard_ids() -> list[int]:
    """The shards that jobs work on: all but the disabled ones."""
    return [shard_id for shard_id in shard_ids() if status(shard_id) != DISABLED]


def status(shard_id: int) -> str:
    """A shard that has only a URL counts as active until its row exists."""
    row = _directory.rows.get(shard_id)
    return row.status if row else ACTIVE


def require_writable(alias: str) -> None:
    """Raises ShardInMaintenance for the alias of a shard whose accounts may read only."""
    shard_id = shard_id_of(alias)
    if shard_id is not None and status(shard_id) == MAINTENANCE:
        raise ShardInMaintenance


def rows() -> dict[int, Row]:
    """What was last read of table_shard_config."""
    _refresh_if_due()
    return dict(_directory.rows)


def refresh() -> None:
    """Read table_shard_config now and bring the aliases in line; raises what the database raises."""
    with _directory.lock:
        _read()
        _directory.read_at = monotonic()


def _is_served(shard_id: int) -> bool:
    return shard_alias(shard_id) in connections.settings and status(shard_id) != DISABLED


def _look_for(shard_id: int) -> None:
    """Threads that look for one shard at the same time share one reading."""
    with _directory.lock:
        missed = _directory.missed
        if not settings.SHARD_REREAD_SECONDS or shard_id in missed or len(missed) >= UNKNOWN or _is_served(shard_id):
            return
        missed.add(shard_id)
        _read_or_warn()


def _refresh_if_due() -> None:
    seconds = settings.SHARD_REREAD_SECONDS
    if not seconds or monotonic() - _directory.read_at < seconds or not _directory.lock.acquire(blocking=False):
        return
    try:
        _read_or_warn()
        _directory.missed.clear()
    finally:
        _directory.read_at = monotonic()
        _directory.lock.release()


def _read_or_warn() -> None:
    try:
        _read()
    except Error as error:
        log.warning("shard_config_unreadable", error=str(error))  # what was known stays in force


def _read() -> None:
    with connections[GLOBAL].cursor() as cursor:
        cursor.execute("SELECT shard_id, host, port, database_name, status FROM table_shard_config")
        found = {row[0]: Row(*row) for row in cursor.fetchall()}
    _apply(found)
    _directory.rows = found


def _apply(found: dict[int, Row]) -> None:
    """Add, move and drop the aliases that rows define; aliases from the environment stay as they are."""
    user, password = settings.SHARD_CREDENTIALS
    for shard_id, row in found.items():
        name = shard_alias(shard_id)
        if name in settings.ENVIRONMENT_ALIASES or not user:
            continue
        known = connections.settings.get(name)
        if known is None or (known["HOST"], known["PORT"], known["NAME"]) != (row.host, row.port, row.database_name):
            connections.settings[name] = mysql(
                name=row.database_name, host=row.host, port=row.port, user=user, password=password
            )
            log.info("shard_alias_set", shard_id=shard_id, host=row.host, port=row.port)
    for name in set(connections.settings) - settings.ENVIRONMENT_ALIASES:
        if shard_id_of(name) not in found:
            del connections.settings[name]
            log.info("shard_alias_dropped", alias=name)


def _drop_stale_connection(name: str) -> None:
    """This thread's connection, when the alias has been dropped or given other settings since it was opened."""
    connection = getattr(connections._connections, name, None)  # type: ignore[attr-defined]  # opens none, unlike []
    if connection is not None and connection.settings_dict is not connections.settings.get(name):
        connection.close()
        del connections[name]
