-- Notes sessions that have no bar, and ends the note of those whose bar has come. Repeating it changes nothing.
-- Parameters: p_gaps is a JSON array of {symbol, session}.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_market_gaps_put(
    IN p_gaps JSON
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);

    UPDATE table_market_gaps g
      JOIN table_market_bars b ON b.symbol = g.symbol AND b.session = g.session
       SET g.filled_at = v_now
     WHERE g.filled_at IS NULL;

    INSERT INTO table_market_gaps (symbol, session, noticed_at)
    SELECT t.symbol, t.session, v_now
      FROM JSON_TABLE(p_gaps, '$[*]' COLUMNS (
               symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
               session DATE PATH '$.session'
           )) AS t
    ON DUPLICATE KEY UPDATE table_market_gaps.symbol = table_market_gaps.symbol;
END;
