-- Which of some symbols this shard's waiting price alarms watch.
-- Parameters: p_symbols is a JSON array of symbols.
-- Result: symbol, since_session (the earliest of its alarms), by symbol.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_price_alarms_watched(
    IN p_symbols JSON
)
SQL SECURITY INVOKER
BEGIN
    SELECT a.symbol, MIN(a.since_session) AS since_session
      FROM JSON_TABLE(p_symbols, '$[*]' COLUMNS (
               symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$'
           )) AS s
      STRAIGHT_JOIN table_price_alarms a FORCE INDEX (ix_price_alarm_waiting)
        ON a.symbol = s.symbol AND a.direction IN ('ABOVE', 'BELOW') AND a.waiting_price > 0
     GROUP BY a.symbol
     ORDER BY a.symbol;
END;
