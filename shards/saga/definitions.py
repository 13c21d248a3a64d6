"""Sagas as data: the app that owns one defines it where it is ready, and the registry knows it by type and version.

    define(
        Definition(
            "accounts.plan_change",
            version=1,
            pivot="activate",
            steps=(
                Step("charge", charge, refund, place=OUTSIDE, timeout=30),
                Step("activate", activate, deactivate),
                Step("announce", announce),
            ),
        )
    )

A saga keeps the version that it was started with. Whoever changes steps defines the next version beside the old one,
and removes the old one when `manage.py saga list` shows none of it. What a process does not know it leaves alone: such
a saga goes on where its version is known.
"""

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.db import models

Data = dict[str, Any]

# Every type that there is, with what it is for. An app that defines another fails when Django starts.
SAGA_TYPES: dict[str, str] = {
    "portfolio.order": "gives an order to its broker, or releases what it reserved",
    "accounts.plan_change": "charges a paid plan and puts it in the place of the one before, or gives all back",
}


class Run(NamedTuple):
    """What an action or a compensation is given."""

    saga_id: UUID
    step_number: int
    initiator_id: str
    data: Data  # what the saga was started with, and what its steps have answered since; JSON, so amounts are text
    tries: int  # this one included

    @property
    def key(self) -> UUID:
        """The same in every try of this step, and in its compensation: an idempotency key, a row's id."""
        return UUID(bytes=hashlib.sha256(self.saga_id.bytes + self.step_number.to_bytes(2)).digest()[:16])


Action = Callable[[Run], Data | None]


class Choice(Protocol):
    """Chooses the database of a step, an alias, from the saga's data."""

    def __call__(self, data: Data) -> str: ...


class Place(models.TextChoices):
    HOME = "home"  # in one transaction with the saga's own row: happens exactly once
    OUTSIDE = "outside"  # in no transaction, perhaps twice: talks to others, or to services with their own transaction


HOME, OUTSIDE = Place.HOME, Place.OUTSIDE


@dataclass(frozen=True)
class Retry:
    """After the n-th try a pause of `first` * 2^(n-1) seconds, at most `most`, half of it random."""

    tries: int = 5  # then it is given up; where only forwards is allowed, it goes on and an operator is called
    first: float = 1.0
    most: float = 300.0

    def __post_init__(self) -> None:
        if self.tries < 1 or self.first <= 0 or self.most < self.first:
            raise TypeError("a step is tried once at least, and pauses are longer than nothing")

    def pause(self, tries: int) -> float:
        longest = min(self.first * 2.0 ** min(tries - 1, 30), self.most)
        return longest * random.uniform(0.5, 1)  # noqa: S311  # jitter, not a secret


@dataclass(frozen=True)
class Step:
    """`compensation` is None where there is nothing to undo. `timeout` is one try's, in seconds.

    `place` says where the action runs: HOME, OUTSIDE, or on the database that a function of the data names, in one
    transaction with that database's inbox row.
    """

    name: str
    action: Action
    compensation: Action | None = None
    place: Place | Choice = HOME
    timeout: float = 30.0
    retry: Retry = Retry()

    @property
    def is_remote(self) -> bool:
        return not isinstance(self.place, Place)

    @property
    def may_be_unknown(self) -> bool:
        """Whether a try without an answer may have had its effect: only HOME's COMMIT says both or neither."""
        return self.place is not HOME


@dataclass(frozen=True)
class Definition:
    """Up to the pivot a refusal takes the saga back; once the pivot is done, only forwards (None: the last step)."""

    saga_type: str
    version: int
    steps: tuple[Step, ...]
    pivot: str | None = None
    waits: bool = True  # for a resource that another saga holds; False: such a start is refused

    def __post_init__(self) -> None:
        names = [step.name for step in self.steps]
        if not names or len(names) != len(set(names)):
            raise TypeError(f"{self.saga_type}: needs steps, each with a name of its own")
        if self.pivot is not None and self.pivot not in names:
            raise TypeError(f"{self.saga_type}: there is no step {self.pivot!r}")
        useless = [step.name for step in self.steps[self.pivot_number :] if step.compensation]
        if useless:
            raise TypeError(f"{self.saga_type}: nothing is compensated after the pivot, {useless} can be never")

    @property
    def pivot_number(self) -> int:
        """Of the last step that may be refused, from 1."""
        if self.pivot is None:
            return len(self.steps)
        return 1 + next(place for place, step in enumerate(self.steps) if step.name == self.pivot)

    def step(self, number: int) -> Step:
        return self.steps[number - 1]

    def __str__(self) -> str:
        return f"{self.saga_type}/{self.version}"


_definitions: dict[str, dict[int, Definition]] = {}  # type -> version


def define(definition: Definition) -> Definition:
    if definition.saga_type not in SAGA_TYPES:
        raise LookupError(f"{definition.saga_type!r} is not in shards.saga.definitions.SAGA_TYPES")
    versions = _definitions.setdefault(definition.saga_type, {})
    if definition.version in versions:
        raise TypeError(f"{definition} is defined already")
    versions[definition.version] = definition
    return definition


def newest(saga_type: str) -> Definition:
    """What a new saga is started with; raises LookupError."""
    if saga_type not in _definitions:
        raise LookupError(f"no saga {saga_type!r} is defined")
    versions = _definitions[saga_type]
    return versions[max(versions)]


def definition(saga_type: str, version: int) -> Definition:
    """Raises LookupError for one that this process does not know (any more, or yet)."""
    found = _definitions.get(saga_type, {}).get(version)
    if found is None:
        raise LookupError(f"this process does not know the saga {saga_type}/{version}")
    return found


def known() -> list[str]:
    """Every "type/version" that this process can drive."""
    return [str(found) for versions in _definitions.values() for found in versions.values()]


def missing() -> list[str]:
    """Types that no app has defined; a system check calls them errors."""
    return sorted(SAGA_TYPES.keys() - _definitions.keys())
