"""What the jobs and pages of signals ask is a range of an index, however many rows there are.

The plan is that of the routine's own statement: its text, with values for its parameters and variables.
"""

import re
from typing import Any

import pytest
from django.db import connections

from shards.routines import by_name
from tests.explain import plan

pytestmark = pytest.mark.django_db(databases="__all__")
VALUES = {
    "p_account_db_key": "5000", "p_horizon": "0", "v_before": "0", "p_after_symbol": "'S1'", "p_limit": "50",
    "p_after_session": "'2012-01-01'", "p_after_account_db_key": "1000", "v_upto": "9000", "p_symbol": "NULL",
    "p_alarm_id": "NULL", "p_before_session": "NULL", "p_before_signal_id": "NULL", "p_after_seq": "890",
    "p_upto_seq": "899", "p_outcomes": """'[{"symbol": "S7", "session": "2012-02-01"}]'""",
    "p_signals": """'[{"signal_id": "11111111111111111111111111111111", "is_withdrawn": 1}]'""",
}  # fmt: skip
HISTORY = """
INSERT INTO table_signal_history (signal_id, market_signal_id, alarm_id, account_db_key, source, symbol, band_window,
       band_k, session, signal_type, signal_price, volume, triggered_at)
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900)
SELECT UNHEX(LPAD(HEX(i + %s), 32, '0')), UNHEX(LPAD(HEX(i), 32, '0')), UNHEX(LPAD(HEX(i + %s), 32, '0')), %s,
       'bollinger', CONCAT('S', i MOD 40), 20, 2, '2012-01-01' + INTERVAL i DAY, 'BUY', 100, 1000, '2012-01-01'
  FROM n
"""
MARKET = """
INSERT INTO table_market_signals (signal_id, signal_seq, change_seq, source, symbol, band_window, band_k, session,
       signal_type, signal_price, volume, triggered_at, pace)
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900)
SELECT UNHEX(LPAD(HEX(i), 32, '0')), 100000 + i, i, 'bollinger', CONCAT('S', i MOD 40), 20, 2,
       '2012-01-01' + INTERVAL i DAY, 'BUY', 100, 1000, '2012-01-01', '{}'
  FROM n
"""


@pytest.fixture
def rows() -> None:
    with connections["shard_1"].cursor() as cursor:
        for number, key in enumerate((5000, 5001, 5002)):
            cursor.execute(HISTORY, [number * 10_000, number * 10_000, key])
    with connections["default"].cursor() as cursor:
        cursor.execute(MARKET)


def planned(alias: str, routine: str, start: str, table: str) -> dict[str, Any]:
    """How the table is read by the routine's statement that begins with `start`."""
    text = by_name()[routine].text
    statement = re.split(r";|\n\s*\) AS n\b|\n\s*FOR UPDATE", text[text.index(start) :])[0]
    statement = re.sub(r"\b[pv]_\w+\b", lambda name: VALUES[name[0]], statement)
    statement = re.sub(r" INTO \d+", "", statement)
    (found,) = [row for row in plan(alias, statement) if row["table"] == table]
    return found


@pytest.mark.parametrize(
    ("routine", "start", "table", "index"),
    [
        ("fp_signal_pending_get", "SELECT symbol", "table_signal_history", "ix_history_horizon"),
        ("fp_signal_performance_evaluate", "SELECT DISTINCT", "h", "ix_history_horizon"),
        ("fp_signal_performance_revise", "SELECT DISTINCT", "h", "ix_history_horizon"),
        ("fp_signal_history_withdraw", "SELECT DISTINCT", "h", "ix_history_market_signal"),
        ("fp_signal_history_list", "SELECT signal_id", "table_signal_history", "ix_history_list"),
    ],
)
def test_a_shard_reads_a_range_of_the_index(rows: None, routine: str, start: str, table: str, index: str) -> None:
    found = planned("shard_1", routine, start, table)
    assert (found["key"], found["type"] in {"range", "ref"}) == (index, True)


def test_what_a_scan_took_back_is_a_range(rows: None) -> None:
    found = planned("default", "fp_market_signals_changed", "SELECT signal_id", "table_market_signals")
    assert (found["key"], found["type"]) == ("ix_market_signal_change", "range")
