"""Lists, counts and the sweep read their index in its order, however many rows an account or the table has.

The plan is that of the routine's own statement: its text, with values for its parameters and variables.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from notifications import procedures
from shards.routines import by_name
from shards.scope import on_shard

pytestmark = pytest.mark.django_db(databases="__all__")
VALUES = {
    "p_account_db_key": "5000", "p_before_created_at": "'2026-03-02'", "p_before_notification_id": "UNHEX('00')",
    "v_now": "UTC_TIMESTAMP(6)", "p_limit": "50", "v_one_more": "51", "p_days": "7",
}  # fmt: skip
ROWS = """
INSERT INTO table_inapp_notifications (notification_id, account_db_key, type_id, source_id, title, message, priority,
       is_read, read_at, leaves_at, created_at)
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900)
SELECT UNHEX(LPAD(HEX(i + %s), 32, '0')), %s, 'PRICE_ALERT', UNHEX(LPAD(HEX(i), 32, '0')), 't', 'm', 3, i MOD 2,
       IF(i MOD 2, '2026-01-01', NULL), IF(i MOD 2, '2026-02-01', NULL), '2026-01-01' + INTERVAL i MINUTE
  FROM n
"""
DELIVERIES = """
INSERT INTO table_notification_deliveries (delivery_id, account_db_key, notification_id, type_id, channel, title,
       message, priority, state, next_attempt_at, sent_at, created_at)
SELECT notification_id, account_db_key, notification_id, type_id, 'email', 't', 'm', 3, IF(is_read, 'sent', 'pending'),
       created_at, IF(is_read, created_at, NULL), created_at
  FROM table_inapp_notifications
"""
READ = "Handler_read_first Handler_read_key Handler_read_next Handler_read_prev Handler_read_rnd Handler_read_rnd_next"


def plan(alias: str, routine: str, start: str) -> list[dict[str, Any]]:
    """Of the routine's statement that begins with `start`, up to its end or the bracket that closes it."""
    text = by_name()[routine].text
    statement = re.split(r";|\n\s*\) AS \w+", text[text.index(start) :])[0]
    statement = re.sub(r"\b[pv]_\w+\b", lambda name: VALUES[name[0]], statement).replace("FOR UPDATE", "")
    with connections[alias].cursor() as cursor:
        cursor.execute(f"EXPLAIN FORMAT=TRADITIONAL {statement.replace('SKIP LOCKED', '')}")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.fixture
def rows() -> None:
    with connections["shard_1"].cursor() as cursor:
        for number, key in enumerate((5000, 5001, 5002)):
            cursor.execute(ROWS, [number * 10_000, key])
        cursor.execute(DELIVERIES)


LIST = "SELECT notification_id, type_id"


@pytest.mark.parametrize(
    ("routine", "start", "index"),
    [
        ("fp_inapp_notification_get_unread", LIST, "ix_notification_read"),
        ("fp_inapp_notification_list", LIST, "ix_notification_all"),
        ("fp_inapp_notification_get_read", "SELECT idx, created_at", "ix_notification_read"),
        ("fp_inapp_notification_mark_all_read", "SELECT idx\n", "ix_notification_read"),
        ("fp_inapp_notification_collect", "SELECT idx\n", "ix_notification_leaves"),
        ("fp_inapp_notification_sweep", "SELECT idx\n", "ix_notification_sweep"),
        ("fp_notification_delivery_claim", "SELECT idx, is_outcome_open\n", "ix_notification_delivery_due"),
    ],
)
def test_a_list_is_a_range_of_its_index_without_a_sort(rows: None, routine: str, start: str, index: str) -> None:
    (found,) = plan("shard_1", routine, start)
    assert (found["key"], found["type"] in {"range", "ref"}) == (index, True)
    assert "filesort" not in (found["Extra"] or "")
    assert "temporary" not in (found["Extra"] or "")


def rows_read(call: Callable[[], Any]) -> int:
    """How often the engine was asked for a row, by the server's own count."""

    def count() -> int:
        with connections["shard_1"].cursor() as cursor:
            cursor.execute("SHOW SESSION STATUS LIKE 'Handler_read%'")
            return sum(int(value) for name, value in cursor.fetchall() if name in READ.split())

    with on_shard(1):
        idle = count()
        idle = count() - idle
        before = count()
        call()
        return count() - before - idle


def test_a_page_and_the_counts_read_no_more_rows_of_thirty_times_the_table(rows: None) -> None:
    """Hence of a million too; `python -m tests.bench notifications` asks a table of that size."""

    def unread() -> None:
        page = procedures.inapp_notification_get_unread(
            account_db_key=5000, before_created_at=None, before_notification_id=None, limit=50
        )
        assert len(page) == 50

    def counts() -> None:
        procedures.inapp_notification_unread_count(account_db_key=5000)

    few = [rows_read(unread), rows_read(counts)]
    with connections["shard_1"].cursor() as cursor:
        for number, key in enumerate([5000] * 45 + list(range(5003, 5048)), 10):
            cursor.execute(
                ROWS.replace("LPAD(HEX(i), 32", f"LPAD(HEX(i + {number} * 1000), 32").replace("'2026-02", "'2066-02"),
                [number * 10_000, key],
            )
    many = [rows_read(unread), rows_read(counts)]
    assert max(few[0], many[0]) <= 70
    assert many[1] <= few[1]


def test_the_unread_count_is_the_counter_less_what_is_due(rows: None) -> None:
    (found,) = plan("shard_1", "fp_inapp_notification_unread_count", "SELECT COUNT(*)\n")
    assert (found["key"], found["type"]) == ("ix_notification_leaves", "range")
