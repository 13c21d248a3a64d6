"""A notice to 100,000 accounts of one shard beside bare INSERT ... SELECTs of the same rows, and the unread list by the
API beside its bare routine; the list and the counts in a table of a million rows.
"""

import statistics
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from django.test import Client
from rich.table import Table

from notifications import procedures
from notifications.notices.procedures import Running
from notifications.notices.services import _run_here
from notifications.selectors import notification_unread
from shards.fields import new_public_id
from shards.scope import on_shard
from tests.bench import data
from tests.bench.rounds import interleaved, ratio, table, verdict
from tests.notifications.test_plans import plan

ROUNDS, ACCOUNTS, LISTS = 5, 100_000, 200
TABLES = (
    "table_inapp_notifications", "table_inapp_notification_stats", "table_inapp_notification_counters",
    "table_notification_stamps", "table_notice_progress",
)  # fmt: skip
MILLION, AT_ONCE, KEY = 1_000_000, 50_000, 5_000  # the key of `plan` too
MIDDLE = datetime(2026, 1, 6, tzinfo=UTC)
ROWS = """
INSERT INTO table_inapp_notifications (notification_id, account_db_key, type_id, source_id, title, message, priority,
       is_read, read_at, is_decided, created_at)
WITH RECURSIVE n AS (SELECT %s AS i UNION ALL SELECT i + 1 FROM n WHERE i < %s - 1)
SELECT UNHEX(LPAD(HEX(i), 32, '0')), IF(i MOD 2, 5000, 100000 + i MOD 1000), 'PRICE_ALERT',
       UNHEX(LPAD(HEX(i), 32, '0')),
       't', 'm', 3, i MOD 4 > 1, IF(i MOD 4 > 1, '2026-03-01', NULL), TRUE, '2026-01-01' + INTERVAL i SECOND
  FROM n
"""
NOTICE = Running(new_public_id(), "SYSTEM_NOTICE", "Maintenance", "Tonight.", "점검", "오늘 밤.", None, "", "")
BARE = (
    """
INSERT INTO table_inapp_notifications (notification_id, account_db_key, type_id, source_id, title, message, priority,
       created_at)
SELECT LEFT(UNHEX(SHA2(CONCAT_WS('|', account_db_key, 'SYSTEM_NOTICE', %s), 256)), 16), account_db_key, 'SYSTEM_NOTICE',
       UNHEX(%s), '점검', '오늘 밤.', 3, UTC_TIMESTAMP(6)
  FROM table_account_residence
""",
    """
INSERT INTO table_inapp_notification_stats (account_db_key, date, total_count, unread_count, priority_3_count)
SELECT account_db_key, UTC_DATE(), 1, 1, 1 FROM table_account_residence
""",
    """
INSERT INTO table_inapp_notification_counters (account_db_key, unread_count)
SELECT account_db_key, 1 FROM table_account_residence
""",
)


def measure() -> Table:
    data.alarms(1, ACCOUNTS)
    columns = _notice()
    _unread(columns)
    _million(columns)
    return columns


def _million(columns: Table) -> None:
    """A page of unread ones and the counts of an account that has half a million rows in a table of a million."""
    _empty()
    with connections["shard_1"].cursor() as cursor:
        for first in range(0, MILLION, AT_ONCE):
            cursor.execute(ROWS, [first, first + AT_ONCE])
        cursor.execute("ANALYZE TABLE table_inapp_notifications")
        cursor.execute(
            "INSERT INTO table_inapp_notification_counters SELECT account_db_key, COUNT(*)"
            " FROM table_inapp_notifications WHERE is_read = FALSE GROUP BY account_db_key"
        )
    calls = {
        "a page of 50 unread": lambda: procedures.inapp_notification_get_unread(
            account_db_key=KEY, before_created_at=None, before_notification_id=None, limit=50
        ),
        "the same in the middle": lambda: procedures.inapp_notification_get_unread(
            account_db_key=KEY, before_created_at=MIDDLE, before_notification_id=UUID(int=0), limit=50
        ),
        "the unread count": lambda: procedures.inapp_notification_unread_count(account_db_key=KEY),
    }
    with on_shard(1):
        for call in calls.values():
            call()
        seconds = interleaved({name: partial(_repeat, call) for name, call in calls.items()}, ROUNDS)
        counted = calls["the unread count"]()
    if counted != MILLION // 4:
        raise AssertionError(f"{counted} unread")
    columns.add_section()
    for name, values in seconds.items():
        times = [f"{value / LISTS * 1000:.2f} ms" for value in (statistics.median(values), min(values), max(values))]
        columns.add_row(f"{name} of {MILLION:,} rows", *times)
    for routine, start in (("get_unread", "SELECT notification_id, type_id"), ("unread_count", "SELECT COUNT(*)\n")):
        (found,) = plan("shard_1", f"fp_inapp_notification_{routine}", start)
        columns.add_row(f"EXPLAIN of {routine}", found["key"], found["type"], found["Extra"] or "")


def _repeat(call: Callable[[], Any]) -> None:
    for _ in range(LISTS):
        call()


def _notice() -> Table:
    def ours() -> None:
        _empty()
        with on_shard(1):
            if _run_here(NOTICE) != ACCOUNTS:
                raise AssertionError("the notice missed accounts")

    def bare() -> None:
        _empty()
        source = NOTICE.notice_id.hex
        with connections["shard_1"].cursor() as cursor:
            for statement in BARE:
                with transaction.atomic(using="shard_1"):
                    cursor.execute(statement, [source, source] if "%s" in statement else None)

    seconds = interleaved({"notice": ours, "bare INSERT ... SELECT": bare}, ROUNDS)
    columns = table(f"A notice to {ACCOUNTS:,} accounts: {3 * ACCOUNTS:,} rows", seconds, 3 * ACCOUNTS, "µs a row")
    rate = ratio(seconds, "bare INSERT ... SELECT", "notice")
    verdict(columns, "rate against the bare one's", rate, 0.5, at_most=False)
    return columns


def _unread(columns: Table) -> None:
    """In this process, one after the other: what the API costs on top of the CALL."""
    from tests.bench.api import _accounts

    token = _accounts()[0]
    client, headers = Client(), {"authorization": f"Bearer {token}"}
    key = int(client.get("/api/v1/profile", headers=headers).json()["account_db_key"])

    def through_the_api() -> None:
        for _ in range(LISTS):
            answer: Any = client.get("/api/v1/notifications", headers=headers)
            if answer.status_code != 200:
                raise AssertionError(answer.content)

    def bare() -> None:
        for _ in range(LISTS):
            notification_unread(account_db_key=key, before=None, limit=51)

    seconds = interleaved({"GET notifications": through_the_api, "the routine alone": bare}, ROUNDS)
    columns.add_section()
    for name, values in seconds.items():
        rates = [f"{LISTS / value:,.0f}" for value in (sorted(values)[len(values) // 2], min(values), max(values))]
        columns.add_row(f"{name}, requests a second", *rates)


def _empty() -> None:
    with connections["shard_1"].cursor() as cursor:
        for name in TABLES:
            cursor.execute(f"TRUNCATE TABLE {name}")
