"""The earlier databases: LEGACY_DATABASE_URL and LEGACY_SHARD_<n>_DATABASE_URL. Read only, each cell as text."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

import MySQLdb

from config.databases import from_url
from shards.legacy.cells import Row
from shards.legacy.tables import Children, Legacy

BATCH = 500
SHARD_URL = re.compile(r"LEGACY_SHARD_([1-9][0-9]*)_DATABASE_URL")


class Source:
    def __init__(self, url: str, zone: ZoneInfo) -> None:
        at = from_url(url)
        self.zone = zone
        self.connection = MySQLdb.connect(
            host=at["HOST"], port=at["PORT"], user=at["USER"], password=at["PASSWORD"], database=at["NAME"],
            charset="utf8mb4", conv={}, use_unicode=False, connect_timeout=5,
            init_command="SET SESSION TRANSACTION READ ONLY",
        )  # fmt: skip

    def batches(self, table: Legacy) -> Iterator[list[Row]]:
        """By keys, so that no statement takes long; a key's values are compared as the server orders them."""
        after: tuple[bytes | None, ...] | None = None
        keys = ", ".join(table.key)
        while True:
            where = f"WHERE ({keys}) > ({', '.join(['%s'] * len(table.key))})" if after else ""
            rows = self._rows(f"SELECT * FROM {table.table} {where} ORDER BY {keys} LIMIT {BATCH}", after or ())  # noqa: S608
            if not rows:
                return
            after = tuple(rows[-1].cells[column] for column in table.key)
            if table.children:
                self._join(rows, table.children)
            yield rows

    def keys(self, statement: str) -> list[tuple[str, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(statement)
            return [tuple(_text(cell).decode() for cell in row) for row in cursor.fetchall()]

    def count(self, name: str) -> int:
        return int(self.keys(f"SELECT COUNT(*) FROM {name}")[0][0])  # noqa: S608  # of a registered table

    def _join(self, rows: list[Row], children: Children) -> None:
        parents = {row.cells[children.parent]: row for row in rows}
        places = ", ".join(["%s"] * len(parents))
        statement = f"SELECT * FROM {children.table} WHERE {children.parent} IN ({places}) ORDER BY {children.order}"  # noqa: S608
        for child in self._rows(statement, tuple(parents)):
            parents[child.cells[children.parent]].children.append(child)

    def _rows(self, statement: str, values: tuple[Any, ...]) -> list[Row]:
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values)
            names = [column[0] for column in cursor.description]
            found = cursor.fetchall()
        return [
            Row({n: None if c is None else _text(c) for n, c in zip(names, cells, strict=True)}, self.zone)
            for cells in found
        ]


@contextmanager
def opened(zone: ZoneInfo) -> Iterator[dict[int | None, Source]]:
    """None: the global one. Raises KeyError without a URL for it, and what the driver raises."""
    urls: dict[int | None, str] = {None: os.environ["LEGACY_DATABASE_URL"]}
    urls |= {int(match[1]): url for name, url in os.environ.items() if (match := SHARD_URL.fullmatch(name))}
    sources: dict[int | None, Source] = {}
    try:
        for shard_id, url in urls.items():
            sources[shard_id] = Source(url, zone)
        yield sources
    finally:
        for source in sources.values():
            source.connection.close()


def _text(cell: Any) -> bytes:
    return cell if isinstance(cell, bytes) else str(cell).encode()
