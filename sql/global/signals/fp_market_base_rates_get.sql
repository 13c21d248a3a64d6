-- How often the close of a random session is followed by one that is at least one per cent higher, or lower: what a
-- signal's win rate is to be compared with.
-- Parameters: p_symbols is a JSON array of texts.
-- Result: symbol, days (sessions with a next one), risen, fallen.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_market_base_rates_get(
    IN p_symbols JSON
)
SQL SECURITY INVOKER
BEGIN
    SELECT c.symbol, COUNT(*) AS days,
           COUNT(CASE WHEN (c.next_close * c.ratio - c.close) / c.close >= 0.01 THEN 1 END) AS risen,
           COUNT(CASE WHEN (c.next_close * c.ratio - c.close) / c.close <= -0.01 THEN 1 END) AS fallen
      FROM (
            SELECT b.symbol, b.close, LEAD(b.close) OVER w AS next_close, COALESCE(p.ratio, 1) AS ratio
              FROM (
                    SELECT k.symbol, k.session, k.close, LEAD(k.session) OVER (
                               PARTITION BY k.symbol ORDER BY k.session
                           ) AS next_session
                      FROM JSON_TABLE(p_symbols, '$[*]' COLUMNS (
                               symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$'
                           )) AS s
                      JOIN table_market_bars k ON k.symbol = s.symbol
                   ) AS b
              LEFT JOIN table_market_splits p ON p.symbol = b.symbol AND p.session = b.next_session
            WINDOW w AS (PARTITION BY b.symbol ORDER BY b.session)
           ) AS c
     WHERE c.next_close IS NOT NULL
     GROUP BY c.symbol
     ORDER BY c.symbol;
END;
