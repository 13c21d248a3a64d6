-- What the last bar showed to alarms with these parameters.
-- Parameters: p_wanted is a JSON array of {symbol, band_window, band_k}.
-- Result: symbol, band_window, band_k, judged; no row for parameters that no scan has seen yet.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_market_judged_get(
    IN p_wanted JSON
)
SQL SECURITY INVOKER
BEGIN
    SELECT s.symbol, s.band_window, s.band_k, s.judged
      FROM JSON_TABLE(p_wanted, '$[*]' COLUMNS (
               symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
               band_window SMALLINT UNSIGNED PATH '$.band_window',
               band_k DECIMAL(6, 3) PATH '$.band_k'
           )) AS w
      JOIN table_signal_scans s ON s.symbol = w.symbol AND s.band_window = w.band_window AND s.band_k = w.band_k
     WHERE s.judged IS NOT NULL;
END;
