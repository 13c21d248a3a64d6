"""Each question about portfolios reads an index, and only what it asks for: plans of the routines' own statements."""

import re
from typing import Any

import pytest
from django.db import connections

from accounts.portfolio.models import UserOrder
from shards.routines import by_name
from shards.saga.models import SagaInstance
from shards.scope import on_shard
from tests.explain import plan

pytestmark = pytest.mark.django_db(databases="__all__")

VALUES = {
    "p_account_db_key": "5000", "p_order_id": "UNHEX(LPAD('1388000001', 32, '0'))",
    "p_before": "REPEAT(UNHEX('FF'), 16)", "p_limit": "50",
    "p_after": "REPEAT(UNHEX('00'), 16)", "p_after_entry_no": "50", "p_asset_code": "'SYM7'",
    "p_client_order_id": "'7'", "p_broker_fill_id": "'1'", "p_session": "'2020-01-01'",
    "p_after_account_db_key": "4999", "p_upto_account_db_key": "5000",
    "p_side": "'BUY'", "p_order_type": "'LIMIT'", "p_time_in_force": "'DAY'", "p_quantity": "1", "p_limit_price": "1",
    "p_splits": """'[{"symbol": "SYM7", "session": "2020-01-01", "ratio": "2"}]'""",
}  # fmt: skip
FILL = (
    """
INSERT INTO table_user_accounts (account_db_key, account_number, account_type, currency_code, broker, created_at,
       updated_at)
SELECT %(key)s, %(key)s, 'investment', 'USD', 'paper', NOW(), NOW()
""",
    """
INSERT INTO table_user_portfolios (account_db_key, asset_code, currency_code, quantity, last_updated)
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 10)
SELECT %(key)s, CONCAT('SYM', i), 'USD', 5, NOW() FROM n
""",
    """
INSERT INTO table_user_ledger (account_db_key, entry_no, entry_type, session, currency_code, cash_change, cash_after,
       asset_code, quantity_change, price, order_id, broker_fill_id, created_at)
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 100)
SELECT %(key)s, i, 'BUY', '2019-01-01' + INTERVAL i DAY, 'USD', 0, 0, CONCAT('SYM', 1 + i MOD 10), 1, 1,
       UNHEX(LPAD(CONCAT(HEX(%(key)s), LPAD(i, 6, '0')), 32, '0')), '1', NOW()
  FROM n
""",
    """
INSERT INTO table_user_orders (order_id, account_db_key, client_order_id, asset_code, side, order_type, time_in_force,
       order_source, quantity, limit_price, price_cap, commission_rate, currency_code, since_session, state,
       filled_quantity, broker, created_at, updated_at, ended_at)
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 100)
SELECT UNHEX(LPAD(CONCAT(HEX(%(key)s), LPAD(i, 6, '0')), 32, '0')), %(key)s, i, 'SYM7', 'BUY', 'LIMIT', 'GTC', 'MANUAL',
       5, 1, 1, 0, 'USD', '2019-01-01', IF(i MOD 50, 'filled', 'placed'), IF(i MOD 50, 5, 0), 'paper', NOW(), NOW(),
       IF(i MOD 50, NOW(), NULL)
  FROM n
""",
)


@pytest.fixture(autouse=True)
def rows() -> None:
    with connections["shard_1"].cursor() as cursor:
        for key in range(5000, 5030):
            for statement in FILL:
                cursor.execute(statement, {"key": key})


def plan_of(routine: str, start: str, end: str = r";|\n\s*FOR UPDATE") -> list[dict[str, Any]]:
    """Of the routine's statement that begins with `start`; what it selects INTO is left out."""
    text = by_name()[routine].text
    statement = re.split(end, text[text.index(start) :])[0]
    statement = re.sub(r"\bINTO v_\w+(, v_\w+)*", "", statement)
    return plan("shard_1", re.sub(r"\bp_\w+\b", lambda name: VALUES[name[0]], statement).replace("%", "%%"))


@pytest.mark.parametrize(
    ("routine", "start", "index"),
    [
        ("fp_get_account_info", "SELECT account_number", "PRIMARY"),
        ("fp_portfolio_positions_get", "SELECT asset_code", "uq_portfolio_account_asset"),
        ("fp_portfolio_ledger_get", "SELECT entry_no", "uq_ledger_account_entry"),
        ("fp_portfolio_order_list", "SELECT order_id, account_db_key", "PRIMARY"),
        ("fp_portfolio_order_insert", "SELECT order_id,", "uq_order_client_id"),
        ("fp_portfolio_order_fill", "SELECT 1 FROM table_user_ledger", "uq_ledger_fill"),
        ("fp_portfolio_split_book", "SELECT COALESCE", "ix_ledger_asset"),
    ],
)
def test_a_question_is_a_lookup_or_a_range_of_its_index_without_a_sort(routine: str, start: str, index: str) -> None:
    (found,) = plan_of(routine, start, r";|\n\s*FOR UPDATE|\n    \);")
    assert (found["key"], found["type"] in {"const", "ref", "range", "eq_ref"}) == (index, True)
    assert not re.search("filesort|temporary", found["Extra"] or "")


def test_a_page_of_orders_is_a_range_in_the_order_of_its_index() -> None:
    text = by_name()["fp_portfolio_order_list"].text
    (found,) = plan_of("fp_portfolio_order_list", text[text.rindex("SELECT order_id") :])
    assert (found["key"], found["type"] in {"ref", "range"}) == ("ix_order_list", True)
    assert not re.search("filesort|temporary", found["Extra"] or "")


def test_what_brokers_have_is_found_among_the_ended_ones() -> None:
    """Two ranges of the states' index, read in its order up to the limit, then each order by its key."""
    found = plan_of("fp_portfolio_orders_placed", "SELECT o.order_id")
    by_table = {row["table"]: (row["key"], row["type"]) for row in found}
    assert by_table["o"] == ("PRIMARY", "eq_ref")
    assert by_table["table_user_orders"] == ("ix_order_state", "range")


def test_the_days_of_an_account_are_read_from_its_own_entries() -> None:
    (found,) = plan_of("fp_portfolio_days_get", "SELECT session")
    assert found["type"] == "ref"
    assert int(found["rows"]) <= 200


def test_splits_due_look_at_the_holders_alone() -> None:
    by_table = {row["table"]: row["key"] for row in plan_of("fp_portfolio_splits_due", "SELECT p.account_db_key")}
    assert (by_table["p"], by_table["l"]) == ("ix_portfolio_asset", "ix_ledger_asset")


def test_the_next_accounts_to_check_are_read_in_the_order_of_their_keys() -> None:
    found = plan_of("fp_portfolio_accounts_page", "SELECT MAX")
    assert {row["key"] for row in found if str(row["table"]).startswith("table_")} <= {
        "PRIMARY", "uq_ledger_account_entry", "ix_ledger_asset",
    }  # fmt: skip
    assert not [row for row in found if str(row["table"]).startswith("table_") and row["type"] == "ALL"]


def test_a_batch_of_the_ledger_check_reads_its_own_accounts() -> None:
    found = plan_of("fp_portfolio_ledger_check", "SELECT found.account_db_key", r";")
    tables = [row for row in found if row["table"] in ("a", "p", "o", "l")]
    assert len(tables) >= 12
    assert not [row for row in tables if row["type"] == "ALL"]


def test_the_console_finds_an_orders_saga_by_its_key() -> None:
    with on_shard(1):
        query, parameters = SagaInstance.objects.filter(saga_type="t", idempotency_key="k").query.sql_with_params()
        (found,) = plan("shard_1", query, parameters)
        assert found["key"] or "const table" in found["Extra"]  # a unique key without its row
        asked = UserOrder.objects.filter(account_db_key=5000, broker_order_id__in=["x"]).query.sql_with_params()
        (found,) = plan("shard_1", *asked)
    assert found["key"] in {"ix_order_list", "uq_order_client_id"}
