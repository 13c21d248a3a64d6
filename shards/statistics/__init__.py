"""What the rows of all shards add up to: each app names its figures, one job gathers them, the roll-up is the sum.

A figure can be added up over shards, so it is a number of rows, never a share: shares are worked out from sums.
"""

from collections.abc import Callable
from typing import NamedTuple


class Figures(NamedTuple):
    """One statement whose columns are the names; it runs on a shard."""

    names: tuple[str, ...]
    statement: str


FIGURES: list[Figures] = []


def counts(**columns: str) -> Callable[[str], None]:
    """`counts(alarms="COUNT(*)")("table_signal_alarms WHERE is_deleted = FALSE")`: all columns in one scan."""

    def of(table: str) -> None:
        listed = ", ".join(f"COALESCE({text}, 0)" for text in columns.values())
        FIGURES.append(Figures(tuple(columns), f"SELECT {listed} FROM {table}"))  # noqa: S608  # written by apps

    return of
