"""Database aliases: `default` is finance_global, `shard_<n>` is finance_shard_<n>.

`settings.DATABASES` holds the aliases that the environment names; `shards.directory` adds, moves and drops
the others while the process runs. Both make them here, so that every alias carries the same options.
"""

import os
import re
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.mysql.base import django_conversions
from django.db.utils import InterfaceError, OperationalError
from MySQLdb.constants import FIELD_TYPE

from config.env import env, required

GLOBAL = "default"
SHARD_URL = re.compile(r"SHARD_([1-9][0-9]*)_DATABASE_URL")

# What people read; a server's databases are created with it, tables and routines inherit it from the database.
COLLATION = env.str("DATABASE_COLLATION", default="utf8mb4_unicode_520_ci")
SQL_MODE = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE,NO_ENGINE_SUBSTITUTION"

# Server errors of a connection that could not be made or was lost: refused, host unknown, gone away, lost during a
# query, too many connections, shutting down, killed by an operator (MariaDB's word), ended by the server for idleness.
LOST = frozenset({2002, 2003, 2005, 2006, 2013, 2026, 2027, 2055, 1040, 1053, 1129, 1927, 4031})
# Deadlock, lock wait, changed since read, NOWAIT refused: the whole transaction may be run again.
RETRIABLE = frozenset({1213, 1205, 1020, 3572})
# A statement took longer than this program allows: MariaDB's number and MySQL's.
OVERDUE = frozenset({1969, 3024})

# Django's, with the C parser for times: several times as fast as the driver's own, in every query.
CONVERSIONS = django_conversions | {
    FIELD_TYPE.DATETIME: datetime.fromisoformat,
    FIELD_TYPE.TIMESTAMP: datetime.fromisoformat,
    FIELD_TYPE.DATE: date.fromisoformat,
}

# program -> seconds to connect, to read one answer, to wait for a row lock. A program sets DATABASE_PROGRAM
# before the settings are read; it also stands as a comment in each CALL, for SHOW PROCESSLIST.
LIMITS = {"web": (1, 3, 2), "worker": (3, 60, 10), "command": (5, 3600, 50)}
PROGRAM = os.environ.get("DATABASE_PROGRAM", "command")
# Who serves connects as this user, which cannot change tables; commands (migrate_all, ...) as the URL's own user.
APP_USER = env.str("DATABASE_APP_USER", default="") if PROGRAM != "command" else ""
APP_PASSWORD = env.str("DATABASE_APP_PASSWORD", default="")


def shard_alias(shard_id: int) -> str:
    return f"shard_{shard_id}"


def shard_id_of(alias: str) -> int | None:
    """The shard behind an alias, None for `default`."""
    return int(alias.removeprefix("shard_")) if alias.startswith("shard_") else None


def is_lost(error: BaseException) -> bool:
    """Whether this database error says that the server could not be reached or went away."""
    return isinstance(error, InterfaceError) or (isinstance(error, OperationalError) and errno_of(error) in LOST)


def errno_of(error: BaseException) -> int | None:
    """The server's number of a database error."""
    return error.args[0] if error.args and isinstance(error.args[0], int) else None


def mysql(*, name: str, host: str, port: int, user: str, password: str) -> dict[str, Any]:
    """One alias with every key that Django expects, so that it can also be added at run time."""
    connect, read, lock = (env.int(f"DATABASE_{what}_TIMEOUT", default=seconds) for what, seconds in _limits())
    return {
        "ENGINE": "django.db.backends.mysql",
        "NAME": name,
        "HOST": host,
        "PORT": port,
        "USER": APP_USER or user,
        "PASSWORD": APP_PASSWORD if APP_USER else password,
        "ATOMIC_REQUESTS": False,
        "AUTOCOMMIT": True,
        "CONN_MAX_AGE": env.int("DATABASE_CONN_MAX_AGE", default=60),
        "CONN_HEALTH_CHECKS": True,
        "TIME_ZONE": None,
        "OPTIONS": {
            "charset": "utf8mb4",
            "collation": COLLATION,
            "binary_prefix": True,
            "conv": CONVERSIONS,
            "connect_timeout": connect,
            "read_timeout": read,
            "write_timeout": read,
            "isolation_level": "read committed",
            # The last two are one limit on statements under the name that each engine has for it.
            "init_command": f"SET SESSION time_zone='+00:00', sql_mode='{SQL_MODE}', innodb_lock_wait_timeout={lock}"
            f" /*!80000 , max_execution_time={read * 1000} */ /*M!100100 , max_statement_time={read} */",
        },
        "TEST": {
            "NAME": None,
            "CHARSET": "utf8mb4",
            "COLLATION": COLLATION,
            "MIGRATE": True,
            "MIRROR": None,
            "DEPENDENCIES": [] if name == "finance_global" else [GLOBAL],
        },
    }


def from_url(url: str) -> dict[str, Any]:
    """mysql://user:password@host:port/database, each part percent-encoded where it must be."""
    parts = urlsplit(url)
    if parts.scheme != "mysql" or not parts.hostname or not parts.path.strip("/"):
        raise ImproperlyConfigured("a database URL must read mysql://user:password@host:port/database")
    return mysql(
        name=parts.path.strip("/"),
        host=parts.hostname,
        port=parts.port or 3306,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def to_url(at: dict[str, Any]) -> str:
    """What `from_url` makes this alias of."""
    user, password = (quote(at[key], safe="") for key in ("USER", "PASSWORD"))
    return f"mysql://{user}:{password}@{at['HOST']}:{at['PORT']}/{at['NAME']}"


def from_environment() -> dict[str, dict[str, Any]]:
    """`default` and the shards that have a URL of their own in the environment."""
    aliases = {GLOBAL: from_url(required("DATABASE_URL"))}
    shards = {int(match[1]): url for name, url in os.environ.items() if (match := SHARD_URL.fullmatch(name))}
    return aliases | {shard_alias(shard_id): from_url(shards[shard_id]) for shard_id in sorted(shards)}


def _limits() -> list[tuple[str, int]]:
    if PROGRAM not in LIMITS:
        raise ImproperlyConfigured(f"DATABASE_PROGRAM={PROGRAM!r}: must be one of {', '.join(LIMITS)}")
    return list(zip(("CONNECT", "READ", "LOCK"), LIMITS[PROGRAM], strict=True))
