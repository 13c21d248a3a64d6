"""What the databases say of each other, compared; for after one of them was brought back to an earlier time.

Each finder looks from one database at the others and proposes a repair that is safe to repeat. Finders of other apps
register where they are ready.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.db import Error, connections

from shards import directory
from shards.exceptions import ShardUnavailable
from shards.scope import on_unserved

SHOWN = 5


class Finding(NamedTuple):
    database: str
    subject: str
    what: str
    repair: Callable[[], object] | None  # None: somebody has to decide


Finder = Callable[[str], Iterator[Finding]]  # of an alias, which is the current database meanwhile

_finders: dict[str, Finder] = {}


def finds(subject: str) -> Callable[[Finder], Finder]:
    def register(finder: Finder) -> Finder:
        _finders[subject] = finder
        return finder

    return register


def differences(subjects: tuple[str, ...] = ()) -> Iterator[Finding]:
    """Over every database, whatever its status; one that does not answer is a finding, too.

    Repairs may be made while this runs: a finder never looks again at what it has told.
    """
    from shards.reconcile import consumers, counts, residence, restores, sequences, streams  # noqa: F401  # in this order

    directory.refresh()
    for subject, finder in sorted(_finders.items(), key=lambda item: item[0] == "restore"):  # which it ends
        for alias in sorted(connections.settings) if subject in (subjects or _finders) else ():
            try:
                with on_unserved(alias):
                    yield from finder(alias)
            except (Error, ShardUnavailable) as error:
                yield Finding(alias, subject, f"could not be compared: {error}", None)


def some(keys: list[int]) -> str:
    """A few of them, for people."""
    more = f" and {len(keys) - SHOWN:,} more" if len(keys) > SHOWN else ""
    return ", ".join(map(str, keys[:SHOWN])) + more
