-- How many steps this shard has of the platform's filters.
-- Parameters: p_tickers is a JSON array of texts.
-- Result: ticker, step_count (the highest); no row for a filter that never ran.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_kalman_steps_get(
    IN p_tickers JSON
)
SQL SECURITY INVOKER
BEGIN
    SELECT t.ticker, MAX(h.step_count) AS step_count
      FROM JSON_TABLE(p_tickers, '$[*]' COLUMNS (
               ticker VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$'
           )) AS t
      STRAIGHT_JOIN table_kalman_history h ON h.ticker = t.ticker AND h.account_db_key = 0
     WHERE h.step_count = (
                SELECT MAX(m.step_count)
                  FROM table_kalman_history m
                 WHERE m.ticker = t.ticker AND m.account_db_key = 0
           )
     GROUP BY t.ticker;
END;
