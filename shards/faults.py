"""The error logs of all databases as faults: rows that say the same of the same routine are one fault.

Two messages are the same when they differ in numbers and quoted values only, so that a duplicate key or a bad value
is one fault however many accounts meet it.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from shards.models import ErrorLog
from shards.walk import on_each_database

READ = 5000  # of each database, the latest
VALUES = re.compile(r"(?:'[^']*')+|\"[^\"]*\"|\b0x[0-9a-f]+\b|\d+", re.IGNORECASE)


class Fingerprint(NamedTuple):
    routine: str
    error_no: int
    message: str  # values are …


@dataclass
class Fault:
    fingerprint: Fingerprint
    first: datetime
    last: datetime
    example: int  # idx of the latest row
    database: str  # where that row is
    count: int = 0
    databases: set[str] = field(default_factory=set)
    accounts: set[int] = field(default_factory=set)


class Found(NamedTuple):
    faults: list[Fault]  # the latest first
    silent: list[str]  # databases that could not be asked
    unread: list[str]  # databases with more rows than were read


def faults(since: datetime) -> Found:
    found: dict[Fingerprint, Fault] = {}
    silent, unread = [], []
    for alias, rows in on_each_database(lambda: _rows(since), "faults").items():
        if isinstance(rows, str):
            silent.append(alias)
            continue
        if len(rows) > READ:
            unread.append(alias)
        for row in rows[:READ]:
            _add(found, alias, *row)
    return Found(sorted(found.values(), key=lambda fault: fault.last, reverse=True), silent, unread)


def fingerprint(routine: str, error_no: int, message: str) -> Fingerprint:
    return Fingerprint(routine, error_no, VALUES.sub("…", message))


def _rows(since: datetime) -> list[tuple[int, str, int, str, dict[str, object] | None, datetime]]:
    """One more than is read, if there are more."""
    fields = ("idx", "procedure_name", "error_no", "error_message", "param", "create_time")
    rows = ErrorLog.objects.filter(create_time__gte=since).order_by("-create_time").values_list(*fields)
    return list(rows[: READ + 1])


def _add(
    found: dict[Fingerprint, Fault],
    alias: str,
    idx: int,
    routine: str,
    error_no: int,
    message: str,
    param: dict[str, object] | None,
    at: datetime,
) -> None:
    key = fingerprint(routine, error_no, message)
    fault = found.setdefault(key, Fault(key, first=at, last=at, example=idx, database=alias))
    fault.count += 1
    fault.databases.add(alias)
    if at > fault.last:
        fault.last, fault.example, fault.database = at, idx, alias
    fault.first = min(fault.first, at)
    account = (param or {}).get("account_db_key")
    if isinstance(account, int):
        fault.accounts.add(account)
