-- The closes that a scan needs: of each symbol the bars from `p_lookback` bars before its start on.
-- Parameters: p_symbols is a JSON array of {symbol, after (scan sessions later than this)}.
-- Result: symbol, session, close, volume by symbol and session.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_market_bars_for_scan(
    IN p_symbols JSON,
    IN p_lookback INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT b.symbol, b.session, b.close, b.volume
      FROM (
            SELECT s.symbol,
                   COALESCE((
                        SELECT f.session
                          FROM table_market_bars f
                         WHERE f.symbol = s.symbol AND f.session <= s.after_session
                         ORDER BY f.session DESC
                         LIMIT 1 OFFSET p_lookback
                   ), '1000-01-01') AS first_session
              FROM JSON_TABLE(p_symbols, '$[*]' COLUMNS (
                       symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
                       after_session DATE PATH '$.after'
                   )) AS s
           ) AS w
      JOIN table_market_bars b ON b.symbol = w.symbol AND b.session >= w.first_session
     ORDER BY b.symbol, b.session;
END;
