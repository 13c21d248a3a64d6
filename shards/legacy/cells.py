"""A row of the earlier schema as the server's own text, and what its cells mean here. A bad one refuses its row.

BIT and TINYINT(1) are both flags there. Times are the server's local time; a zero date stands for none. Every reason
names its column: `email_missing`, `birth_date_impossible`.
"""

import hashlib
from collections.abc import Collection
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

FLAGS = {b"\x00": False, b"\x01": True, b"0": False, b"1": True}


class Refused(Exception):
    """One row is not imported; the text is the reason, in one word."""


class Row:
    def __init__(self, cells: dict[str, bytes | None], zone: ZoneInfo) -> None:
        self.cells = cells
        self.zone = zone
        self.children: list[Row] = []
        self.refused: list[tuple[Row, str]] = []  # of the children

    @property
    def owner(self) -> int:
        return self.integer("account_db_key")

    def maybe(self, column: str) -> str | None:
        """NULL and '' are the same: nothing was said."""
        cell = self.cells[column]
        try:
            return None if cell is None else cell.decode() or None
        except UnicodeDecodeError as error:
            raise Refused(f"{column}_unreadable") from error

    def text(self, column: str, *, longest: int | None = None) -> str:
        found = self.maybe(column)
        if found is None:
            raise Refused(f"{column}_missing")
        if longest is not None and len(found) > longest:
            raise Refused(f"{column}_too_long")
        return found

    def word(self, column: str, words: Collection[str]) -> str:
        found = self.text(column)
        if found not in words:
            raise Refused(f"{column}_unknown")
        return found

    def integer(self, column: str) -> int:
        return int(self.text(column))

    def count(self, column: str) -> int:
        return int(self.maybe(column) or 0)

    def decimal(self, column: str) -> Decimal:
        return Decimal(self.text(column))

    def flag(self, column: str) -> bool:
        cell = self.cells[column]
        if cell not in FLAGS:
            raise Refused(f"{column}_unreadable")
        return FLAGS[cell]

    def moment(self, column: str) -> datetime | None:
        """None for NULL and for a zero date. A time that the zone's clocks never showed is refused."""
        text = self.maybe(column)
        if text is None or text.startswith("0000-00-00"):
            return None
        try:
            local = datetime.fromisoformat(text).replace(tzinfo=self.zone)
        except ValueError as error:  # 2024-00-15
            raise Refused(f"{column}_impossible") from error
        moment = local.astimezone(UTC)
        if moment.astimezone(self.zone).replace(tzinfo=None) != local.replace(tzinfo=None):
            raise Refused(f"{column}_impossible")
        return moment

    def time(self, column: str) -> datetime:
        found = self.moment(column)
        if found is None:
            raise Refused(f"{column}_missing")
        return found

    def day(self, column: str) -> date:
        return self.time(column).astimezone(self.zone).date()

    def json(self, column: str, kind: type) -> Any:
        """What the column holds, an empty one of the kind for NULL."""
        cell = self.cells[column]
        try:
            found = kind() if cell is None else orjson.loads(cell)
        except orjson.JSONDecodeError as error:
            raise Refused(f"{column}_unreadable") from error
        if not isinstance(found, kind):
            raise Refused(f"{column}_unreadable")
        return found

    def uuid(self, column: str) -> UUID:
        """An id that is a UUID stays that; any other text makes one, always the same."""
        text = self.text(column)
        try:
            return UUID(text.removeprefix("msg_"))
        except ValueError:
            return made_id(column, text)


def made_id(*words: object) -> UUID:
    return UUID(bytes=hashlib.sha256("|".join(map(str, ("legacy", *words))).encode()).digest()[:16])
