-- Sessions whose signals wait for their next judgement.
-- Parameters: p_horizon is how many sessions they are judged already (0, 1, 3); p_after_symbol and p_after_session are
-- the last row of the page before ('' and 1000-01-01 to begin).
-- Result: symbol, session, signals (how many).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_signal_pending_get(
    IN p_horizon SMALLINT UNSIGNED,
    IN p_after_symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_after_session DATE,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT symbol, session, COUNT(*) AS signals
      FROM table_signal_history
     WHERE horizon = p_horizon
       AND symbol >= p_after_symbol
       AND (symbol > p_after_symbol OR session > p_after_session)
     GROUP BY symbol, session
     ORDER BY symbol, session
     LIMIT p_limit;
END;
