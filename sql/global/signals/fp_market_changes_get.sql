-- The symbols whose bars changed, page by page.
-- Parameters: changes later than p_after_seq and not later than p_upto_seq; p_after_symbol is the last symbol of the
-- page before ('' to begin).
-- Result: symbol, calendar, first_session (the earliest that changed).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_market_changes_get(
    IN p_after_seq BIGINT UNSIGNED,
    IN p_upto_seq BIGINT UNSIGNED,
    IN p_after_symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT b.symbol, s.calendar, b.first_session
      FROM (
            SELECT symbol, MIN(session) AS first_session
              FROM table_market_bars
             WHERE change_seq > p_after_seq AND change_seq <= p_upto_seq AND symbol > p_after_symbol
             GROUP BY symbol
             ORDER BY symbol
             LIMIT p_limit
           ) AS b
      JOIN table_market_symbols s ON s.symbol = b.symbol
     ORDER BY b.symbol;
END;
