import pytest

from shards.outbox import progress
from shards.outbox.registry import Event, consumers


class Handler:
    """Keeps what it was given; fails for the keys in `failing`, with `error`."""

    def __init__(self) -> None:
        self.handled: list[tuple[str, int]] = []
        self.failing: set[str] = set()
        self.tried = 0
        self.error: Exception = LookupError("of no use")

    def __call__(self, event: Event) -> None:
        self.tried += 1
        if event.partition_key in self.failing:
            raise self.error
        self.handled.append((event.partition_key, event.sequence_no))

    def of(self, key: str) -> list[int]:
        return [number for partition, number in self.handled if partition == key]


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Handler:
    """What notifications does with market and account events, in this test; what failed is due at once."""
    made = Handler()
    monkeypatch.setitem(consumers(), "notifications", {"signal.detected": made, "account.created": made})
    monkeypatch.setattr(progress, "BACKOFF_SECONDS", 0)
    return made
