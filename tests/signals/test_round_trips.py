"""A session of many symbols, from the bars to the judgement: how often a database is asked does not grow with them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from accounts.procedures import SignedUp
from shards.fields import new_public_id
from shards.scope import on_shard
from signals import evaluation, fanout, scan, withdrawal
from signals.market.calendars import sessions_between
from signals.models import KalmanHistory, MarketBar, MarketSymbol, SignalAlarm, SignalHistory
from signals.tracking import update
from tests.admin_rows import COLUMNS
from tests.signals.conftest import CALM, FIRST, put_bars

pytestmark = pytest.mark.django_db(databases="__all__")
SESSIONS = list(sessions_between("XNYS", FIRST, FIRST.replace(year=2013), first=FIRST))


@contextmanager
def counted() -> Iterator[list[int]]:
    trips: list[int] = []
    with ExitStack() as stack:
        captured = [
            stack.enter_context(CaptureQueriesContext(connections[alias]))
            for alias in ("default", "shard_1", "shard_2")
        ]
        yield trips
    trips.append(sum(map(len, captured)))


def session(names: list[str], number: int, close: float) -> None:
    for name in names:
        put_bars(name, {SESSIONS[number]: close})


def work() -> None:
    scan.scan()
    fanout.fan_out_all()
    withdrawal.withdraw_all()
    update.update_all()
    evaluation.evaluate_all()
    evaluation.revise_all()


@pytest.fixture
def day(make_account: Callable[..., SignedUp]) -> Callable[[int], int]:
    """`day(n)`: the round trips of the session on which n symbols cross and of the one that judges them."""
    keys = [make_account(shard=shard).account_db_key for shard in (1, 2)]

    def run(count: int) -> int:
        names = [f"S{count}X{number}" for number in range(count)]
        MarketSymbol.objects.bulk_create(
            MarketSymbol(symbol=name, company_name=name, exchange="NYSE", currency="USD", calendar="XNYS")
            for name in names
        )
        for name in names:
            put_bars(name, dict(zip(SESSIONS, CALM, strict=False)))
        for shard_id, key in zip((1, 2), keys, strict=True):
            with on_shard(shard_id):
                SignalAlarm.objects.bulk_create(
                    SignalAlarm(**COLUMNS[SignalAlarm](0) | alarm(key, name)) for name in names
                )
        work()
        session(names, 20, 90)
        with counted() as trips:
            work()
        session(names, 21, 91)
        with counted() as more:
            work()
        with on_shard(1):
            assert SignalHistory.objects.filter(symbol__in=names, horizon=1).count() == count
            assert KalmanHistory.objects.filter(ticker__in=names).count() == 22 * count
        assert MarketBar.objects.filter(symbol__in=names).count() == 22 * count
        for shard_id in (1, 2):  # or the next days would go on judging these
            with on_shard(shard_id):
                SignalHistory.objects.all().delete()
                SignalAlarm.objects.all().delete()
        return trips[0] + more[0]

    return run


def alarm(key: int, name: str) -> dict[str, Any]:
    return {
        "alarm_id": new_public_id(),
        "account_db_key": key,
        "symbol": name,
        "since_session": SESSIONS[19],
        "band_k": Decimal(2),
    }


def test_with_room_in_a_batch_many_symbols_cost_what_few_do(day: Callable[[int], int]) -> None:
    assert day(3) == day(60)


def test_beyond_that_it_is_a_constant_for_each_batch(
    day: Callable[[int], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batches of ten: thirty rows more are three batches more of each kind, and nothing else."""
    for module, name in ((scan, "BATCH"), (fanout, "SIGNALS"), (fanout, "ACCOUNTS"), (update, "SYMBOLS")):
        monkeypatch.setattr(module, name, 10)
    for name in ("PAGE", "ACCOUNTS"):
        monkeypatch.setattr(evaluation, name, 10)
    small, middle, large = day(30), day(60), day(90)
    assert large - middle == middle - small
    assert (large - middle) / 3 <= 120, "round trips for each batch of ten, over both days and all stages"
