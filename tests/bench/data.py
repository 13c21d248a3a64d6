"""Rows for the benches, written set-based and straight into the tables."""

from typing import Any

from django.db import connections

from shards.scope import on_shard

SESSION = "2012-06-01"
SEQUENCE = "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < %s) "


def alarms(shard_id: int, count: int) -> None:
    """`count` accounts that live on the shard, each with one alarm on AAPL."""
    with on_shard(shard_id), connections[f"shard_{shard_id}"].cursor() as cursor:
        cursor.execute("SET SESSION cte_max_recursion_depth = 1000000") if _is_mysql(shard_id) else cursor.execute(
            "SET SESSION max_recursive_iterations = 1000000"
        )
        cursor.execute("DELETE FROM table_signal_alarms")
        cursor.execute("DELETE FROM table_account_residence")
        cursor.execute(
            "INSERT INTO table_account_residence (account_db_key, created_at) "
            + SEQUENCE
            + "SELECT 1000 + i, UTC_TIMESTAMP(6) FROM n",
            [count],
        )
        cursor.execute(
            "INSERT INTO table_signal_alarms (alarm_id, account_db_key, symbol, company_name, current_price, exchange,"
            " currency, since_session, created_at, updated_at) "
            + SEQUENCE
            + "SELECT UNHEX(LPAD(HEX(i), 32, '0')), 1000 + i, 'AAPL', 'Apple', 1, 'NASDAQ', 'USD', '2012-01-01',"
            " UTC_TIMESTAMP(6), UTC_TIMESTAMP(6) FROM n",
            [count],
        )
        cursor.execute("ANALYZE TABLE table_signal_alarms, table_account_residence")


def _is_mysql(shard_id: int) -> bool:
    connection: Any = connections[f"shard_{shard_id}"]
    return not connection.mysql_is_mariadb


def history(shard_id: int, *, account_db_key: int, count: int) -> None:
    """`count` judged signals of one account."""
    with on_shard(shard_id), connections[f"shard_{shard_id}"].cursor() as cursor:
        cursor.execute("DELETE FROM table_signal_history")
        cursor.execute(
            "INSERT INTO table_signal_history (signal_id, market_signal_id, alarm_id, account_db_key, source, symbol,"
            " band_window, band_k, session, signal_type, signal_price, volume, triggered_at, price_after_1d,"
            " profit_rate, is_win, evaluated_at, horizon) "
            + SEQUENCE
            + "SELECT UNHEX(LPAD(HEX(i), 32, '0')), UNHEX(LPAD(HEX(i), 32, '1')), UNHEX(LPAD(HEX(i), 32, '2')), %s,"
            " 'bollinger', 'AAPL', 20, 2, '2012-01-01' + INTERVAL i DAY, 'BUY', 100, 1000,"
            " UTC_TIMESTAMP(6) + INTERVAL i SECOND, 101, 1, TRUE, UTC_TIMESTAMP(6), 1 FROM n",
            [count, account_db_key],
        )


def due_signals(shard_id: int, count: int, symbols: int) -> None:
    """`count` accounts with one signal each that waits to be judged, and the closes in `bench_closes`."""
    with on_shard(shard_id), connections[f"shard_{shard_id}"].cursor() as cursor:
        cursor.execute("SET SESSION cte_max_recursion_depth = 1000000") if _is_mysql(shard_id) else cursor.execute(
            "SET SESSION max_recursive_iterations = 1000000"
        )
        for table in ("table_signal_history", "table_account_residence"):
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute(
            "INSERT INTO table_account_residence (account_db_key, created_at) "
            + SEQUENCE
            + "SELECT 1000 + i, UTC_TIMESTAMP(6) FROM n",
            [count],
        )
        cursor.execute(
            "INSERT INTO table_signal_history (signal_id, market_signal_id, alarm_id, account_db_key, source, symbol,"
            " band_window, band_k, session, signal_type, signal_price, volume, triggered_at) "
            + SEQUENCE
            + "SELECT LEFT(UNHEX(SHA2(i, 256)), 16), UNHEX(LPAD(HEX(i), 32, '1')),"
            " UNHEX(CONCAT('2', LPAD(HEX(i), 31, '0'))), 1000 + i, 'bollinger', CONCAT('S', LPAD(i %% %s, 3, '0')), 20,"
            " 2, %s, 'BUY', 100, 1000, UTC_TIMESTAMP(6) FROM n",
            [count, symbols, SESSION],
        )
        cursor.execute("DROP TABLE IF EXISTS bench_closes")
        cursor.execute(
            "CREATE TABLE bench_closes (symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, session DATE,"
            " close DECIMAL(19, 6), PRIMARY KEY (symbol, session))"
        )
        cursor.execute("INSERT INTO bench_closes SELECT DISTINCT symbol, session, 101 FROM table_signal_history")
        cursor.execute("ANALYZE TABLE table_signal_history, table_account_residence, bench_closes")
