-- Bars of some symbols as traded, with the split of that session.
-- Parameters: p_symbols is a JSON array of symbols; later than p_after_session, up to p_upto_session.
-- Result: symbol, session, open, high, low, close, volume, split_ratio (new shares for one old; 1 without a split), by
-- session and symbol.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_market_bars_get(
    IN p_symbols JSON,
    IN p_after_session DATE,
    IN p_upto_session DATE
)
SQL SECURITY INVOKER
BEGIN
    SELECT b.symbol, b.session, b.open, b.high, b.low, b.close, b.volume, COALESCE(t.ratio, 1) AS split_ratio
      FROM (
            SELECT DISTINCT w.symbol
              FROM JSON_TABLE(p_symbols, '$[*]' COLUMNS (
                       symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$'
                   )) AS w
           ) AS s
      STRAIGHT_JOIN table_market_bars b
        ON b.symbol = s.symbol AND b.session > p_after_session AND b.session <= p_upto_session
      LEFT JOIN table_market_splits t ON t.symbol = b.symbol AND t.session = b.session
     ORDER BY b.session, b.symbol;
END;
