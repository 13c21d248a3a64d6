-- The last steps of many of the platform's filters before given times: what is needed to go on from there.
-- Parameters: p_wanted is a JSON array of {ticker, before (exclusive)}; p_limit is the number of steps of each. Of
-- several steps for one moment the last one counts.
-- Result: as fp_kalman_latest_state_get, by ticker and time.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_kalman_recent_get(
    IN p_wanted JSON,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_offset INT UNSIGNED DEFAULT p_limit - 1;

    SELECT h.idx, h.ticker, h.account_db_key, h.timestamp, h.state_vector_x, h.covariance_matrix_p, h.step_count,
           h.trading_signal, h.market_data, h.performance_metrics, h.created_at
      FROM (
            SELECT g.ticker, g.timestamp, MAX(g.step_count) AS step_count
              FROM (
                    SELECT w.ticker, w.before_time,
                           COALESCE((
                                SELECT DISTINCT f.timestamp
                                  FROM table_kalman_history f
                                 WHERE f.ticker = w.ticker AND f.account_db_key = 0 AND f.timestamp < w.before_time
                                 ORDER BY f.timestamp DESC
                                 LIMIT 1 OFFSET v_offset
                           ), '1000-01-01') AS from_time
                      FROM JSON_TABLE(p_wanted, '$[*]' COLUMNS (
                               ticker VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.ticker',
                               before_time DATETIME(6) PATH '$.before'
                           )) AS w
                   ) AS s
              STRAIGHT_JOIN table_kalman_history g
                ON g.ticker = s.ticker AND g.account_db_key = 0
               AND g.timestamp >= s.from_time AND g.timestamp < s.before_time
             GROUP BY g.ticker, g.timestamp
           ) AS newest
      JOIN table_kalman_history h
        ON h.ticker = newest.ticker AND h.account_db_key = 0 AND h.step_count = newest.step_count
     ORDER BY h.ticker, h.timestamp;
END;
