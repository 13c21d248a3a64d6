-- Sessions whose signals wait to be judged.
-- Parameters: p_after_symbol and p_after_session are the last row of the page before ('' and 1000-01-01 to begin).
-- Result: symbol, session.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_signal_pending_get(
    IN p_after_symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_after_session DATE,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT DISTINCT symbol, session
      FROM table_signal_history
     WHERE evaluated_at IS NULL
       AND symbol >= p_after_symbol
       AND (symbol > p_after_symbol OR session > p_after_session)
     ORDER BY symbol, session
     LIMIT p_limit;
END;
