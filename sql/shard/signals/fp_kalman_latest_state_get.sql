-- The newest state of one filter, to restore it where Redis lost it.
-- Parameters: p_account_db_key is 0 for the platform's own filter.
-- Result: idx, ticker, account_db_key, timestamp, state_vector_x, covariance_matrix_p, step_count, trading_signal,
-- market_data, performance_metrics, created_at; no row for a filter that never ran.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_kalman_latest_state_get(
    IN p_ticker VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT idx, ticker, account_db_key, timestamp, state_vector_x, covariance_matrix_p, step_count, trading_signal,
           market_data, performance_metrics, created_at
      FROM table_kalman_history
     WHERE ticker = p_ticker AND account_db_key = p_account_db_key
     ORDER BY step_count DESC
     LIMIT 1;
END;
