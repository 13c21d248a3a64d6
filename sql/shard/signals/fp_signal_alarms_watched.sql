-- What this shard's live alarms watch, for the scan.
-- Result: symbol, band_window, band_k, since_session (the earliest of them).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_signal_alarms_watched()
SQL SECURITY INVOKER
BEGIN
    SELECT symbol, band_window, band_k, MIN(since_session) AS since_session
      FROM table_signal_alarms
     WHERE is_deleted = FALSE AND is_active = TRUE
     GROUP BY symbol, band_window, band_k;
END;
