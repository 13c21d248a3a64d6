"""What became of the rows of one table of one earlier database."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Model

from shards.legacy.cells import Row
from shards.legacy.totals import Totals


@dataclass
class Converted:
    row: Row
    key: str
    models: list[Model]


@dataclass
class Report:
    source: str
    table: str
    read: int = 0  # children included
    refused: dict[tuple[str, str], str] = field(default_factory=dict)  # table there, key -> reason
    written: Counter[str] = field(default_factory=Counter)  # table here -> rows
    totals: dict[str, Totals] = field(default_factory=dict)  # table here -> as it should be, as it is

    @property
    def is_equal(self) -> bool:
        return all(totals.is_equal for totals in self.totals.values())
