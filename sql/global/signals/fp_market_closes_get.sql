-- Closes of given sessions, with the splits that happened between signal and close.
-- Parameters: p_wanted is a JSON array of {symbol, session (of the signal), next_session (whose close is wanted)}.
-- Result: symbol, session, close, split_ratio (new shares for one old share; 1 without splits); no row where the bar
-- does not exist yet.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_market_closes_get(
    IN p_wanted JSON
)
SQL SECURITY INVOKER
BEGIN
    SELECT w.symbol, w.session, b.close,
           COALESCE((
                SELECT ROUND(EXP(SUM(LN(p.ratio))), 6)
                  FROM table_market_splits p
                 WHERE p.symbol = w.symbol AND p.session > w.session AND p.session <= w.next_session
           ), 1) AS split_ratio
      FROM JSON_TABLE(p_wanted, '$[*]' COLUMNS (
               symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
               session DATE PATH '$.session',
               next_session DATE PATH '$.next_session'
           )) AS w
      JOIN table_market_bars b ON b.symbol = w.symbol AND b.session = w.next_session;
END;
