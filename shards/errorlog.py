"""Writes `table_errorlog` so that it survives the rollback that follows.

The row goes through a second connection to the same database, opened at the first failure of a thread. What the
caller expects (refusals) and what will be tried again is not logged; a lost connection goes to the process log,
because the database that it would be written to is not there.
"""

import re
import threading
from contextvars import ContextVar
from typing import Any

import orjson
import structlog
from django.db import DatabaseError, connections
from django.utils import timezone

from config.databases import RETRIABLE, errno_of, is_lost

log = structlog.get_logger(__name__)

SECRET = re.compile(r"password|secret|token|hash|key$|otp|recovery|email|phone|address", re.IGNORECASE)
NOT_SECRET = re.compile(r"account_db_key|partition_key")
MASK = "***"
INSERT = (
    "INSERT INTO table_errorlog (procedure_name, error_state, error_no, error_message, param, request_id, create_time)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s)"
)

# True inside a unit of work that will be run again if it meets one of RETRIABLE.
will_retry: ContextVar[bool] = ContextVar("will_retry", default=False)
_own = threading.local()


def record(alias: str, name: str, arguments: dict[str, Any], error: DatabaseError) -> None:
    """Never raises: an error log that cannot be written is itself a line in the process log."""
    errno, text = errno_of(error) or 0, str(error.args[-1] if error.args else error)
    if is_lost(error):
        log.error("database_lost", database=alias, routine=name, errno=errno, error=text)
        return
    if will_retry.get() and errno in RETRIABLE:
        return
    parameters = orjson.dumps(masked(arguments), default=str).decode()
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    state = "45000" if 31000 <= errno < 32000 else "HY000"
    row = [name, state, errno, text, parameters, request_id, timezone.now().replace(tzinfo=None)]
    try:
        with _connection(alias).cursor() as cursor:
            cursor.execute(INSERT, row)
    except DatabaseError:
        log.exception("error_log_not_written", database=alias, routine=name, errno=errno, error=text)


def masked(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments by name; what may hold a secret or an address is replaced, at any depth."""
    return {
        name: MASK if _is_secret(name) and value is not None else _inner(value) for name, value in arguments.items()
    }


def _inner(value: Any) -> Any:
    if isinstance(value, dict):
        return masked(value)
    if isinstance(value, list):
        return [_inner(item) for item in value]
    return value


def _is_secret(name: str) -> bool:
    return SECRET.search(name) is not None and NOT_SECRET.fullmatch(name) is None


def _connection(alias: str) -> Any:
    copies = _own.__dict__.setdefault("copies", {})
    source = connections[alias]
    copy = copies.get(alias)
    if copy is None or any(copy.settings_dict[key] != source.settings_dict[key] for key in ("HOST", "PORT", "NAME")):
        copy = copies[alias] = source.copy()
    copy.close_if_unusable_or_obsolete()
    return copy
