-- The bars from given sessions on to later ones, each with the splits that happened since the first.
-- Parameters: p_wanted is a JSON array of {symbol, session, until}.
-- Result: symbol, session (the wanted one), bar_session, close, high, low, split_ratio (new shares for one old share
-- between the two; 1 without splits), by symbol, session and bar.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_market_paths_get(
    IN p_wanted JSON
)
SQL SECURITY INVOKER
BEGIN
    SELECT w.symbol, w.session, b.session AS bar_session, b.close, b.high, b.low,
           CAST(COALESCE((
                SELECT EXP(SUM(LN(p.ratio)))
                  FROM table_market_splits p
                 WHERE p.symbol = w.symbol AND p.session > w.session AND p.session <= b.session
           ), 1) AS DECIMAL(19, 6)) AS split_ratio
      FROM JSON_TABLE(p_wanted, '$[*]' COLUMNS (
               symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
               session DATE PATH '$.session',
               until DATE PATH '$.until'
           )) AS w
      JOIN table_market_bars b ON b.symbol = w.symbol AND b.session >= w.session AND b.session <= w.until
     ORDER BY w.symbol, w.session, b.session;
END;
