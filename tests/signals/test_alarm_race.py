"""Twenty threads make one alarm: the unique key on (account_db_key, live_symbol) lets one through.

With `uq_alarm_account_symbol` dropped, all twenty succeed.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from accounts.procedures import SignedUp
from shards.scope import on_shard
from signals import services
from signals.exceptions import AlarmDuplicate
from signals.models import SignalAlarm
from tests.signals.conftest import CALM, Feed

THREADS = 20


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_exactly_one_of_many_equal_alarms_is_made(make_account: Callable[..., SignedUp], feed: Feed) -> None:
    feed(CALM)
    key = make_account(shard=2).account_db_key
    barrier = Barrier(THREADS)

    def make(_: int) -> bool:
        try:
            barrier.wait()
            services.alarm_create(account_db_key=key, symbol="TEST")
        except AlarmDuplicate:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(THREADS) as pool:
        made = list(pool.map(make, range(THREADS)))
    assert made.count(True) == 1
    with on_shard(2):
        assert SignalAlarm.objects.count() == 1
