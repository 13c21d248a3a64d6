"""Rows as they should be beside rows as they are: how many, the sums of their amounts, a digest that knows no order."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import Model

from shards.legacy.tables import Made

Identity = tuple[Any, ...]


@dataclass
class Side:
    rows: int = 0
    digest: int = 0
    sums: dict[str, Decimal] = field(default_factory=dict)

    def add(self, row: Model, made: Made, said: Identity) -> None:
        """`said` is what `told` makes of the row."""
        self.rows += 1
        self.digest ^= int.from_bytes(hashlib.sha256(repr(said).encode()).digest()[:16])
        for name in made.sums:
            self.sums[name] = self.sums.get(name, Decimal(0)) + Decimal(getattr(row, name) or 0)

    def __str__(self) -> str:
        sums = "".join(f", {name} {amount.normalize():,f}" for name, amount in self.sums.items())
        return f"{self.rows:,} rows{sums}, {self.digest:032x}"


@dataclass
class Totals:
    expected: Side = field(default_factory=Side)
    found: Side = field(default_factory=Side)

    @property
    def is_equal(self) -> bool:
        return self.expected == self.found


def like(rows: Sequence[Model], kind: type[Model], made: Made, alias: str) -> dict[Identity, Model]:
    """The rows here that have the identities of these, in clear."""
    if not rows:
        return {}
    first = made.identity[0]
    found = kind._base_manager.using(alias).filter(**{f"{first}__in": {getattr(row, first) for row in rows}})
    return {identity(row, made): made.unseal(row) for row in found.order_by()}


def identity(row: Model, made: Made) -> Identity:
    return tuple(getattr(row, name) for name in made.identity)


def told(row: Model, made: Made) -> Identity:
    """What must be equal: every column but those that the database works out or numbers."""
    return tuple(_plain(getattr(row, name), places) for name, places in _columns(type(row), made))


def _plain(value: Any, places: int | None) -> Any:
    return value if places is None or value is None else round(Decimal(value), places)


@cache
def _columns(kind: type[Model], made: Made) -> list[tuple[str, int | None]]:
    """(attname, decimal places)"""
    numbered = None if kind._meta.pk.attname in made.identity else kind._meta.auto_field
    return [
        (field.attname, getattr(field, "decimal_places", None))
        for field in kind._meta.concrete_fields
        if field.column and not field.generated and field is not numbered
    ]
