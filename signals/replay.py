"""Feeds the sample market one session at a time, as if each day had just closed."""

import time
from collections.abc import Callable, Iterator
from datetime import date

from django.db.models import Max
from django.db.models.functions import Least

from shards import directory, jobs
from shards.scope import on_shard
from signals.demo import replay_start
from signals.market import feed
from signals.models import KalmanHistory, MarketBar, MarketSignal, MarketSymbol, SignalAlarm, SignalHistory, SignalScan
from signals.tracking import state

FAST, FAST_FOR, SLOW = 0.5, 120.0, 5.0  # seconds between sessions, how long so, and then


# What else hangs on signals and goes with them: called on each shard with the last session that stays.
REWINDERS: list[Callable[[date], None]] = []


def waiting() -> list[date]:
    """The sessions that the market has not seen yet."""
    latest = MarketBar.objects.aggregate(latest=Max("session"))["latest"]
    return [session for session in feed.sessions() if latest is None or session > latest]


def feed_sessions(sessions: list[date], pace: Callable[[float], float] | None = None) -> Iterator[date]:
    """Load one session after the other; yields each once it is stored. `pace` says how long to wait before the next."""
    begun = time.monotonic()
    for session in sessions:
        feed.load_bars(after=session.fromordinal(session.toordinal() - 1), until=session)
        yield session
        time.sleep((pace or demo_pace)(time.monotonic() - begun))


def demo_pace(elapsed: float) -> float:
    return FAST if elapsed < FAST_FOR else SLOW


def rewind() -> None:
    """Delete what an earlier replay made, everywhere; holds the scan's lock meanwhile."""
    start = replay_start()
    while jobs.run("signals.scan", lambda: _rewind(start)) is None:
        time.sleep(0.2)


def _rewind(start: date) -> dict[str, int]:
    bars, _ = MarketBar.objects.filter(session__gt=start).delete()
    MarketSignal.objects.filter(session__gt=start).delete()
    SignalScan.objects.update(upto_session=Least("upto_session", start), after_session=Least("after_session", start))
    for shard_id in directory.served_shard_ids():
        with on_shard(shard_id):
            for rewinder in REWINDERS:
                rewinder(start)
            SignalHistory.objects.filter(session__gt=start).delete()
            KalmanHistory.objects.filter(account_db_key=state.PLATFORM, timestamp__date__gt=start).delete()
            SignalAlarm.objects.filter(since_session__gt=start).update(since_session=start)
    state.forget(list(MarketSymbol.objects.values_list("symbol", flat=True)))
    return {"bars_deleted": bars}
