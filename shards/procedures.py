"""The only CALL in the project.

    rows = call("fp_user_login", LoginRow, account_db_key=1000, ...)

Keyword arguments stand in the routine's order (a guard in `tests/sql` compares them with `information_schema`).
One round trip; the first result set comes back as `row` tuples, the others are drained. The database is the
routine's own: global routines run on `default`, the others where `on_shard`, `on_account` or `on_global` says.

Failure: a number that `shards.exceptions` knows becomes that exception and is counted. Anything else is raised as
Django raises it and leaves a row in `table_errorlog` (see `shards.errorlog`), unless the unit of work will be tried
again. A routine that MySQL is just replacing (1305) is called again for up to two seconds.
"""

import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from operator import methodcaller
from types import UnionType
from typing import Any, NamedTuple, TypeVar, get_args, get_origin, get_type_hints, overload
from uuid import UUID, SafeUUID

import MySQLdb
import orjson
from django.db import DatabaseError, connections
from prometheus_client import Counter, Histogram

from config.databases import PROGRAM, errno_of
from config.refusals import BY_ERRNO
from shards import errorlog
from shards.outbox import wake
from shards.routines import by_name
from shards.scope import alias_for, on_shard

Row = TypeVar("Row", bound=NamedTuple)

SECONDS = Histogram(
    "routine_seconds",
    "Time of one CALL as its caller sees it",
    ["routine", "database"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
REFUSALS = Counter("routine_refusals", "Expected refusals by routines", ["routine", "code"])

NO_SUCH_ROUTINE = 1305
REPLACED_WITHIN = 2.0  # seconds
REPEAT_AFTER = 0.01
# Django pings a connection before its first use in each request: one more round trip. A web process leaves that
# out for one that has just answered; if its server dies in that moment, one request is told so (503).
FRESH_SECONDS = 1.0 if PROGRAM == "web" else 0.0


_UNKNOWN = SafeUUID.unknown  # looked up here: a member of an enumeration takes as long as the rest of `_uuid`


def _uuid(value: bytes) -> UUID:
    """`UUID(bytes=value)` without its checks, which take longer than the rest; a BINARY(16) has nothing to check."""
    made = object.__new__(UUID)
    object.__setattr__(made, "int", int.from_bytes(value))
    object.__setattr__(made, "is_safe", _UNKNOWN)
    return made


TO_SQL: dict[type, Callable[[Any], Any]] = {
    UUID: lambda value: value.bytes,
    datetime: lambda value: value.astimezone(UTC).replace(tzinfo=None),
    dict: lambda value: orjson.dumps(value, default=str).decode(),
    list: lambda value: orjson.dumps(value, default=str).decode(),
}
FROM_SQL: dict[type, Callable[[Any], Any]] = {
    UUID: _uuid,
    datetime: methodcaller("replace", tzinfo=UTC),
    bool: bool,
    dict: orjson.loads,
    list: orjson.loads,
}


@overload
def call(name: str, row: type[Row], /, **arguments: Any) -> list[Row]: ...
@overload
def call(name: str, row: None = None, /, **arguments: Any) -> list[Any]: ...
def call(name: str, row: type[Row] | None = None, /, **arguments: Any) -> list[Any]:
    """See the module's docstring. Without `row` the first result set's plain tuples come back."""
    alias = _alias(name)
    started = time.perf_counter()
    try:
        rows = _execute(alias, _statement(name, len(arguments)), [_to_sql(value) for value in arguments.values()])
        if _publishes(name):
            wake.announce(alias)
    except DatabaseError as error:
        raise _explained(error, alias, name, arguments) from error
    finally:
        _timer(name, alias)(time.perf_counter() - started)
    return list(rows) if row is None else _typed(row, rows)


def call_one(name: str, row: type[Row], /, **arguments: Any) -> Row:
    """For a routine that always answers with exactly one row."""
    (only,) = call(name, row, **arguments)
    return only


def call_shard_procedure(shard_id: int, name: str, row: type[Row] | None = None, /, **arguments: Any) -> list[Any]:
    """`call` on an explicit shard: the document's name for it."""
    with on_shard(shard_id):
        return call(name, row, **arguments)


def account_provision(*, account_db_key: int) -> None:
    call("fp_account_provision", account_db_key=account_db_key)


# Holds the account here until the caller's transaction ends, for what a service does without a routine of its own.
def account_residence_require(*, account_db_key: int) -> None:
    call("fp_account_residence_require", account_db_key=account_db_key)


class ActiveShard(NamedTuple):
    shard_id: int
    shard_name: str
    host: str
    port: int
    database_name: str
    status: str
    max_connections: int


def get_active_shard_ids() -> list[ActiveShard]:
    return call("fp_get_active_shard_ids", ActiveShard)


def update_shard_status(*, shard_id: int, status: str) -> None:
    call("fp_update_shard_status", shard_id=shard_id, status=status)


def job_begin(*, name: str, lease_seconds: int) -> int | None:
    """The run's fence, or None when another run holds the job."""
    rows = call("fp_job_begin", name=name, lease_seconds=lease_seconds)
    return rows[0][0] if rows else None


def job_renew(*, name: str, fence: int, lease_seconds: int) -> None:
    call("fp_job_renew", name=name, fence=fence, lease_seconds=lease_seconds)


def job_finish(*, name: str, fence: int, result: dict[str, Any] | None, error: str) -> None:
    call("fp_job_finish", name=name, fence=fence, result=result, error=error)


def _alias(name: str) -> str:
    return alias_for(_scope(name), name)


@cache
def _scope(name: str) -> Any:
    routine = by_name().get(name)
    if routine is None:
        raise LookupError(f"there is no sql/*/*/{name}.sql")
    return routine.scope


@cache
def _publishes(name: str) -> bool:
    """Whether the routine leaves something for a relay: each that does writes the outbox itself."""
    return "INTO universal_outbox (" in by_name()[name].text or name == "fp_universal_outbox_replay"


@cache
def _statement(name: str, arity: int) -> bytes:
    return f"CALL /*{PROGRAM}*/ {name}({','.join(['%s'] * arity)})".encode()


@cache
def _timer(name: str, alias: str) -> Callable[[float], None]:
    return SECONDS.labels(name, alias).observe


def _to_sql(value: Any) -> Any:
    convert = TO_SQL.get(type(value))
    return value if convert is None else convert(value)


def _execute(alias: str, statement: bytes, values: list[Any]) -> tuple[tuple[Any, ...], ...]:
    """Run it on Django's connection, by the driver's own calls: Django's cursor would cost a fifth of a short CALL."""
    connection = connections[alias]
    connection.validate_no_broken_transaction()
    if time.monotonic() - getattr(connection, "answered_at", 0.0) > FRESH_SECONDS:
        connection.close_if_health_check_failed()
    connection.ensure_connection()
    if connection.queries_logged:  # for who counts queries, such as CaptureQueriesContext
        connection.queries_log.append({"sql": statement.decode(), "time": "0.000"})
    with connection.wrap_database_errors:
        driver = connection.connection
        query = statement % tuple(map(driver.literal, values))
        deadline = None
        while True:
            try:
                driver.query(query)
                rows = _first_rows(driver)
                connection.answered_at = time.monotonic()  # type: ignore[attr-defined]  # ours
                return rows
            except MySQLdb.Error as error:
                if errno_of(error) != NO_SUCH_ROUTINE or (deadline is not None and time.monotonic() > deadline):
                    raise
                deadline = deadline or time.monotonic() + REPLACED_WITHIN
                time.sleep(REPEAT_AFTER)


def _first_rows(driver: Any) -> tuple[tuple[Any, ...], ...]:
    """The first result set, with all others read and dropped."""
    result = driver.store_result()
    rows = () if result is None else result.fetch_row(0)
    while driver.next_result() == 0:
        driver.store_result()
    return rows


def _explained(error: DatabaseError, alias: str, name: str, arguments: dict[str, Any]) -> Exception:
    refusal = BY_ERRNO.get(errno_of(error) or 0)
    if refusal is not None:
        REFUSALS.labels(name, refusal.code).inc()
        return refusal()
    errorlog.record(alias, name, arguments, error)
    return error


def _typed(row: type[Row], rows: Sequence[tuple[Any, ...]]) -> list[Row]:
    """Column by column: half the time of going through every row's cells."""
    columns: list[Any] = list(zip(*rows, strict=True))
    if not columns:
        return []
    for index, convert in _converters(row):
        column = columns[index]
        columns[index] = (
            [None if cell is None else convert(cell) for cell in column] if None in column else map(convert, column)
        )
    return list(map(row._make, zip(*columns, strict=True)))


@cache
def _converters(row: type[NamedTuple]) -> list[tuple[int, Callable[[Any], Any]]]:
    """(column, conversion) for the annotations whose values the driver does not return as they are."""
    hints = get_type_hints(row, vars(sys.modules[row.__module__]))
    converters = []
    for index, name in enumerate(row._fields):
        options = get_args(hints[name]) if isinstance(hints[name], UnionType) else (hints[name],)
        kinds = [kind for option in options if (kind := get_origin(option) or option) in FROM_SQL]
        if kinds:
            converters.append((index, FROM_SQL[kinds[0]]))
    return converters
