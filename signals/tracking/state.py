"""The latest state of each filter in Redis: one value a filter, written by compare and set, made anew from the history.

A value begins with its step number in 20 digits. The script writes a value only over one with a lower number (or none),
so a slow writer, a repeated one or one that restores an old row never takes a state back.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, cast

import orjson
import structlog
from redis.exceptions import RedisError

from config.redis import sessions as redis
from signals.kalman_health import WINDOW, Health
from signals.tracking.procedures import StepRow

log = structlog.get_logger(__name__)

PLATFORM = 0  # account_db_key of the platform's own filters
AT_ONCE = 500  # keys in one command
DIGITS = 20

COMPARE_AND_SET = """
local written = 0
for i, key in ipairs(KEYS) do
  local version, value = string.sub(ARGV[i], 1, 20), ARGV[i]
  if redis.call('GETRANGE', key, 0, 19) < version then
    redis.call('SET', key, value)
    written = written + 1
  end
end
return written
"""


class Innovation(NamedTuple):
    """What one step says of the filter; None for a component that was not observed."""

    innovation: list[float | None]
    nis: float
    dof: int


class State(NamedTuple):
    """All that the next step needs of the ones before."""

    ticker: str
    account_db_key: int
    step_count: int
    timestamp: datetime
    x: list[float]
    P: list[list[float]]
    health: int
    recent: list[Innovation]  # of the last WINDOW steps, the newest last


def state_of(rows: Sequence[StepRow]) -> State:
    """From the last WINDOW steps (or all there are), in time's order."""
    newest = rows[-1]
    return State(
        newest.ticker,
        newest.account_db_key,
        newest.step_count,
        newest.timestamp,
        newest.state_vector_x,
        newest.covariance_matrix_p,
        Health[newest.performance_metrics["health"].upper()],
        [
            Innovation(metrics["innovation"], metrics["nis"], metrics["dof"])
            for metrics in (row.performance_metrics for row in rows[-WINDOW:])
        ],
    )


def remember(states: Iterable[State]) -> int:
    """Put states into Redis where they are newer than what is there; returns how many were. RedisError is raised."""
    values = {_key(state.ticker, state.account_db_key): _encode(state) for state in states}
    keys, written = list(values), 0
    script = redis().register_script(COMPARE_AND_SET)
    for begin in range(0, len(keys), AT_ONCE):
        some = keys[begin : begin + AT_ONCE]
        written += cast(int, script(keys=some, args=[values[key] for key in some]))
    return written


def recall(tickers: Sequence[str], account_db_key: int = PLATFORM) -> dict[str, State]:
    """What Redis knows of these; a ticker it does not know, or all while it is down, is left out."""
    found: dict[str, State] = {}
    try:
        for begin in range(0, len(tickers), AT_ONCE):
            some = tickers[begin : begin + AT_ONCE]
            values = cast(list[bytes | None], redis().mget([_key(ticker, account_db_key) for ticker in some]))
            found |= {
                ticker: _decode(ticker, account_db_key, value)
                for ticker, value in zip(some, values, strict=True)
                if value is not None
            }
    except RedisError as error:
        log.warning("kalman_states_without_redis", error=str(error))
    return found


def forget(tickers: Sequence[str], account_db_key: int = PLATFORM) -> None:
    if tickers:
        redis().delete(*(_key(ticker, account_db_key) for ticker in tickers))


def _key(ticker: str, account_db_key: int) -> str:
    return f"kalman:{account_db_key}:{ticker}"


def _encode(state: State) -> bytes:
    value: list[Any] = [state.timestamp.timestamp(), state.x, state.P, int(state.health), state.recent]
    return f"{state.step_count:0{DIGITS}}".encode() + orjson.dumps(value, default=list)


def _decode(ticker: str, account_db_key: int, value: bytes) -> State:
    timestamp, x, P, health, recent = orjson.loads(value[DIGITS:])  # noqa: N806  # the field's own letter
    return State(
        ticker,
        account_db_key,
        int(value[:DIGITS]),
        datetime.fromtimestamp(timestamp, UTC),
        x,
        P,
        health,
        [Innovation._make(entry) for entry in recent],
    )
