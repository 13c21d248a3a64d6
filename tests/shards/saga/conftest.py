from collections.abc import Callable
from typing import Any

import pytest

from shards.outbox import progress
from shards.saga import definitions
from shards.saga.definitions import Definition, Retry, Step
from tests.shards.saga.steps import TYPE, Diary


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def define(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Definition]:
    """`define(step, ..., pivot=..., version=...)`: a saga that this test alone knows; its retries do not wait."""
    monkeypatch.setitem(definitions.SAGA_TYPES, TYPE, "a test's")
    monkeypatch.setitem(definitions._definitions, TYPE, {})
    monkeypatch.setattr(Retry, "pause", lambda retry, tries: 0.0)
    monkeypatch.setattr(progress, "BACKOFF_SECONDS", 0)

    def made(*steps: Step, version: int = 1, **options: Any) -> Definition:
        return definitions.define(Definition(TYPE, version, steps, **options))

    return made
