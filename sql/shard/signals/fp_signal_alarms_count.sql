-- How many live alarms each of these signals concerns on this shard, to divide the fan-out into batches. A signal without
-- a band (window 0) concerns every alarm of its symbol.
-- Parameters: p_signals is a JSON array of {signal_seq, symbol, band_window, band_k}.
-- Result: signal_seq, alarms, is_paced (one of them has a cooldown or a hysteresis), in the signals' order.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_signal_alarms_count(
    IN p_signals JSON
)
SQL SECURITY INVOKER
BEGIN
    SELECT s.signal_seq, COUNT(a.account_db_key) AS alarms, COALESCE(MAX(a.is_paced), 0) AS is_paced
      FROM JSON_TABLE(p_signals, '$[*]' COLUMNS (
               signal_seq BIGINT UNSIGNED PATH '$.signal_seq',
               symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
               band_window SMALLINT UNSIGNED PATH '$.band_window',
               band_k DECIMAL(6, 3) PATH '$.band_k'
           )) AS s
      LEFT JOIN table_signal_alarms a
        ON a.symbol = s.symbol AND (s.band_window = 0 OR a.band_window = s.band_window AND a.band_k = s.band_k)
       AND a.is_active = TRUE AND a.is_deleted = FALSE
     GROUP BY s.signal_seq
     ORDER BY s.signal_seq;
END;
