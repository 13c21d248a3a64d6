"""System checks: what would make the platform misbehave later is said at start."""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.db import Error as DatabaseError
from django.db import connections

from shards import installed
from shards.saga import definitions


@register(Tags.database)
def functions_can_be_created(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """With the binary log on, writing functions and triggers need log_bin_trust_function_creators."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT @@log_bin, @@log_bin_trust_function_creators")
            log_bin, trusted = cursor.fetchone()
        if log_bin and not trusted:
            hint = "SET GLOBAL log_bin_trust_function_creators = 1, and set it in the server's configuration."
            found.append(checks.Error(f"{alias}: functions that write cannot be created", hint=hint, id="shards.E001"))
    return found


@register(Tags.database, deploy=True)
def routines_are_current(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """What `manage.py checkroutines` prints, as warnings: `check --deploy --database default --database shard_1`."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        try:
            lines = installed.differences(alias)
        except DatabaseError as error:
            lines = [f"cannot be asked: {error}"]
        found += [
            checks.Warning(f"{alias}: {line}", hint="Run manage.py migrate_all.", id="shards.W001") for line in lines
        ]
    return found


@register
def sagas_are_defined(**kwargs: Any) -> list[CheckMessage]:
    """Every type of `SAGA_TYPES` has a definition, so that no saga of it can be left without a driver."""
    hint = "Its app defines it where it is ready, or it leaves shards.saga.definitions.SAGA_TYPES."
    return [
        checks.Error(f"no app defines the saga {name}", hint=hint, id="shards.E002") for name in definitions.missing()
    ]
