"""Whether users got what the market gave, once each."""

from datetime import date
from typing import Any

from tests.e2e.market import Expected, expected_signals
from tests.e2e.platform import Platform, User, eventually


def assert_delivered_once(platform: Platform, user: User, alarms: list[dict[str, Any]]) -> int:
    """Waits for the history, the judgements and the notifications of these alarms, which are all that the user has."""
    until = platform.latest_session()
    expected = [signal for alarm in alarms for signal in _of(alarm, until)]
    assert expected, "the market gave no signal: the test proves nothing"

    history = eventually(
        lambda: _complete(user.history(), expected),
        f"{len(expected)} signals of {user.account_id}, judged, on shard {user.shard_id}",
    )
    found = sorted((row["alarm_id"], Expected(*(row[name] for name in Expected._fields))) for row in history)
    assert found == sorted(expected)

    signals = sorted(row["signal_id"] for row in history)
    notifications = eventually(
        lambda: (rows := user.notifications()) and len(rows) >= len(signals) and rows,
        f"{len(signals)} notifications of {user.account_id} on shard {user.shard_id}",
    )
    assert sorted(row["source_id"] for row in notifications) == signals
    return len(expected)


def _of(alarm: dict[str, Any], until: date) -> list[tuple[str, Expected]]:
    since = date.fromisoformat(alarm["since_session"])
    signals = expected_signals(alarm["symbol"], alarm["band_window"], alarm["band_k"], since, until)
    return [(alarm["alarm_id"], signal) for signal in signals]


def _complete(history: list[dict[str, Any]], expected: list[tuple[str, Expected]]) -> list[dict[str, Any]] | None:
    judged = sum(signal.price_after_1d is not None for _, signal in expected)
    done = len(history) >= len(expected) and sum(row["evaluated_at"] is not None for row in history) >= judged
    return history if done else None
