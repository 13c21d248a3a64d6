-- Stores bars. A bar that is there already stays as it is.
-- Parameters: p_bars is a JSON array of {symbol, session, open, high, low, close, volume}; prices as text.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_market_bars_put(
    IN p_source VARCHAR(30) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_bars JSON
)
SQL SECURITY INVOKER
BEGIN
    INSERT INTO table_market_bars (symbol, session, open, high, low, close, volume, source)
    SELECT b.symbol, b.session, b.open, b.high, b.low, b.close, b.volume, p_source
      FROM JSON_TABLE(p_bars, '$[*]' COLUMNS (
               symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
               session DATE PATH '$.session',
               open DECIMAL(19, 6) PATH '$.open',
               high DECIMAL(19, 6) PATH '$.high',
               low DECIMAL(19, 6) PATH '$.low',
               close DECIMAL(19, 6) PATH '$.close',
               volume BIGINT UNSIGNED PATH '$.volume'
           )) AS b
    ON DUPLICATE KEY UPDATE table_market_bars.symbol = table_market_bars.symbol;
END;
