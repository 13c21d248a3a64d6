"""Random sequences of all that can happen to notifications, by several threads over several days, on both shards.

Whatever the order: statistics and counters equal a recount, and no page of the read list skips what is there.
"""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications import procedures
from notifications.exceptions import NotificationUnknown
from notifications.models import InappNotification, InappNotificationCounter
from notifications.sweep import differences
from shards.models import AccountResidence
from shards.scope import on_shard
from shards.transactions import in_transaction
from tests.notifications.conftest import MONDAY, set_clock
from tests.weakened import weakened

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

THREADS, SOURCES = 3, 6
KEYS = count(70_000)
ACTS = ("create", "expiring", "read", "read", "read_all", "delete", "pages", "pages", "sweep", "stats")
act = st.tuples(st.sampled_from(ACTS), st.integers(0, SOURCES - 1), st.integers(0, 3))
threads = st.lists(st.lists(act, min_size=4, max_size=10), min_size=THREADS, max_size=THREADS)

create = in_transaction(procedures.inapp_notification_create)
mark_read = in_transaction(procedures.inapp_notification_mark_read)
mark_all_read = in_transaction(procedures.inapp_notification_mark_all_read)
delete = in_transaction(procedures.inapp_notification_delete)
get_read = in_transaction(procedures.inapp_notification_get_read)
stats_get = in_transaction(procedures.inapp_notification_stats_get)
sweep = in_transaction(procedures.inapp_notification_sweep)


class Device:
    """One thread's use of one account; keeps what the read list has shown it."""

    def __init__(self, shard_id: int, key: int, grace: int, shown: set[UUID], lock: threading.Lock) -> None:
        self.shard_id, self.key, self.grace, self.shown, self.lock = shard_id, key, grace, shown, lock

    def live(self) -> set[UUID]:
        rows = InappNotification.objects.filter(account_db_key=self.key, is_read=True, is_deleted=False)
        return set(rows.values_list("notification_id", flat=True))

    def do(self, what: str, source: int, day: int) -> None:
        now = MONDAY + timedelta(days=day, seconds=source)
        set_clock(f"shard_{self.shard_id}", now)
        notification_id = UUID(int=self.key * 100 + source)
        try:
            match what:
                case "create" | "expiring":
                    expires_at = now + timedelta(days=1) if what == "expiring" else None
                    self.create(notification_id, source, expires_at)
                case "read":
                    mark_read(account_db_key=self.key, notification_id=notification_id)
                case "read_all":
                    mark_all_read(account_db_key=self.key, limit=100)
                case "delete":
                    delete(account_db_key=self.key, notification_id=notification_id)
                case "sweep":
                    sweep(limit=3)
                case "stats":
                    stats_get(account_db_key=self.key, days=366)
                case "pages":
                    self.pages()
        except NotificationUnknown:
            pass  # gone, expired or not made yet: for another thread to have done

    def create(self, notification_id: UUID, source: int, expires_at: Any) -> None:
        create(
            notification_id=notification_id, account_db_key=self.key, type_id="PRICE_ALERT",
            source_id=UUID(int=source), title="t", message="m", data=None, priority=source % 5 + 1,
            expires_at=expires_at,
        )  # fmt: skip

    def pages(self) -> None:
        """The whole read list in pages of two; each row that was there all the time is on one of them, in order."""
        before = self.live()
        seen: list[tuple[Any, UUID]] = []
        place: tuple[Any, UUID] | None = None
        more = True
        while more:
            rows = get_read(
                account_db_key=self.key, grace_seconds=self.grace, limit=2,
                before_created_at=place[0] if place else None, before_notification_id=place[1] if place else None,
            )  # fmt: skip
            more = len(rows) > 2
            seen += [(row.created_at, row.notification_id) for row in rows[:2]]
            place = seen[-1] if seen else None
        assert seen == sorted(set(seen), reverse=True)
        ids = {notification_id for _, notification_id in seen}
        due = self.due()
        assert (before & self.live()) - due <= ids, "a page skipped a row that was there all the time"
        with self.lock:
            self.shown |= ids

    def due(self) -> set[UUID]:
        """What is past its time for this thread's clock and not swept: in no list."""
        rows = InappNotification.objects.extra(where=["leaves_at <= UTC_TIMESTAMP(6)"])  # the session's
        return set(rows.filter(account_db_key=self.key).values_list("notification_id", flat=True))


def use(devices: list[Device], acts: list[tuple[str, int, int]], barrier: threading.Barrier) -> None:
    try:
        barrier.wait(30)
        for device in devices:
            with on_shard(device.shard_id):
                for what, source, day in acts:
                    device.do(what, source, day)
    finally:
        connections.close_all()


@pytest.mark.parametrize("grace", [0, 30])
def test_statistics_counters_and_pages_hold_whatever_happens_at_once(grace: int) -> None:
    @settings(max_examples=15, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(threads)
    def happen(sequences: list[list[tuple[str, int, int]]]) -> None:
        shown: dict[int, set[UUID]] = {1: set(), 2: set()}
        keys = {}
        for shard_id in (1, 2):
            keys[shard_id] = next(KEYS)
            with on_shard(shard_id):
                AccountResidence.objects.create(account_db_key=keys[shard_id])
        barrier, lock = threading.Barrier(THREADS), threading.Lock()
        with ThreadPoolExecutor(THREADS) as pool:
            made = [
                pool.submit(use, [Device(s, keys[s], grace, shown[s], lock) for s in (1, 2)], sequence, barrier)
                for sequence in sequences
            ]
            for future in made:
                future.result()
        for shard_id, key in keys.items():
            with on_shard(shard_id):
                assert differences() == []
                rows = InappNotification.objects.filter(account_db_key=key)
                counter = InappNotificationCounter.objects.filter(pk=key).first()
                assert (counter.unread_count if counter else 0) == rows.filter(is_read=False, is_deleted=False).count()
                lost = rows.filter(deleted_by="auto", shown_at__isnull=False).exclude(
                    notification_id__in=shown[shard_id]
                )
                assert not lost.exists(), "a row left that no answer had shown"

    happen()


def test_believing_what_was_read_before_the_lock_would_count_twice() -> None:
    """Two devices mark one notification read at once; each has seen it unread."""
    key = next(KEYS)
    with on_shard(1):
        AccountResidence.objects.create(account_db_key=key)
        device = Device(1, key, 0, set(), threading.Lock())
        device.create(UUID(int=key), 0, None)
        device.create(UUID(int=key + 1), 1, None)
    barrier = threading.Barrier(2)

    def read(number: int) -> None:
        try:
            with on_shard(1):
                connections["shard_1"].ensure_connection()  # connecting may take longer than the pause
                barrier.wait(30)
                time.sleep(number)  # within the pause; at the same moment MySQL would end one of them as a deadlock
                mark_read(account_db_key=key, notification_id=UUID(int=key))
        finally:
            connections.close_all()

    unlocked = ("       FOR UPDATE;", "    ;\n    DO SLEEP(3);")
    believing = (
        ("SUM(n.is_deleted = FALSE AND n.is_read = FALSE)", "COUNT(*)"),
        ("SUM(n.is_deleted = FALSE AND n.is_read = TRUE)", "0"),
    )
    with (
        weakened("shard_1", "fp_inapp_notification_mark_read", unlocked),
        weakened("shard_1", "fp_inapp_notification_stats_update", *believing),
        ThreadPoolExecutor(2) as pool,
    ):
        list(pool.map(read, range(2)))
    with on_shard(1):
        assert {d.column_name for d in differences()} == {"unread_count", "read_count"}
