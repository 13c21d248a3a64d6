-- The newest steps of one filter within a time, the latest first; of several steps for one moment the last one, which
-- is the one that counts.
-- Parameters: p_before is exclusive, NULL for no limit.
-- Result: as fp_kalman_latest_state_get.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_kalman_history_get(
    IN p_ticker VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_before DATETIME(6),
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT h.idx, h.ticker, h.account_db_key, h.timestamp, h.state_vector_x, h.covariance_matrix_p, h.step_count,
           h.trading_signal, h.market_data, h.performance_metrics, h.created_at
      FROM (
            SELECT timestamp, MAX(step_count) AS step_count
              FROM table_kalman_history
             WHERE ticker = p_ticker AND account_db_key = p_account_db_key
               AND timestamp < COALESCE(p_before, '9999-12-31')
             GROUP BY timestamp
             ORDER BY timestamp DESC
             LIMIT p_limit
           ) AS newest
      JOIN table_kalman_history h
        ON h.ticker = p_ticker AND h.account_db_key = p_account_db_key AND h.step_count = newest.step_count
     ORDER BY h.timestamp DESC;
END;
