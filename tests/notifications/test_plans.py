"""Lists, counts and the sweep read their index in its order, however many rows an account or the table has.

The plan is that of the routine's own statement: its text, with values for its parameters and variables.
"""

import re
from typing import Any

import pytest
from django.db import connections

from shards.routines import by_name

pytestmark = pytest.mark.django_db(databases="__all__")
FAR = "'9999-12-31'"
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
    ],
)
def test_a_list_is_a_range_of_its_index_without_a_sort(rows: None, routine: str, start: str, index: str) -> None:
    (found,) = plan("shard_1", routine, start)
    assert (found["key"], found["type"] in {"range", "ref"}) == (index, True)
    assert "filesort" not in (found["Extra"] or "")
    assert "temporary" not in (found["Extra"] or "")


def test_the_unread_count_is_the_counter_less_what_is_due(rows: None) -> None:
    (found,) = plan("shard_1", "fp_inapp_notification_unread_count", "SELECT COUNT(*)\n")
    assert (found["key"], found["type"]) == ("ix_notification_leaves", "range")
