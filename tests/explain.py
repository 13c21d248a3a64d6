"""What the optimiser would do, told alike on both engines: MySQL 9 draws a tree unless it is asked for the table."""

from collections.abc import Sequence
from typing import Any

from django.db import connections


def plan(alias: str, statement: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """EXPLAIN's rows, one for each table in the order of reading: `key`, `rows`, `Extra` and the other columns."""
    with connections[alias].cursor() as cursor:
        if not connections[alias].mysql_is_mariadb:  # type: ignore[attr-defined]
            cursor.execute("SET SESSION explain_format = 'TRADITIONAL'")
        cursor.execute(f"EXPLAIN {statement}", parameters or None)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
