import pytest

from shards.outbox import consumer
from shards.outbox.registry import Event, consumers


class Handler:
    """Keeps what it was given; fails for the keys in `failing`."""

    def __init__(self) -> None:
        self.handled: list[tuple[str, int]] = []
        self.failing: set[str] = set()

    def __call__(self, event: Event) -> None:
        if event.partition_key in self.failing:
            raise LookupError(event.partition_key)
        self.handled.append((event.partition_key, event.sequence_no))

    def of(self, key: str) -> list[int]:
        return [number for partition, number in self.handled if partition == key]


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Handler:
    """What notifications does with market events, in this test; whatever waits is taken over at once."""
    made = Handler()
    monkeypatch.setitem(consumers(), "notifications", {"signal.detected": made})
    monkeypatch.setattr(consumer, "TAKE_OVER_MS", 0)
    return made
