-- An account's signals, the latest session first.
-- Parameters: p_symbol and p_alarm_id narrow the list unless they are NULL; p_before_session and p_before_signal_id
-- are the last row of the page before, NULL for the first page.
-- Result: signal_id, alarm_id, source, symbol, band_window, band_k, session, signal_type, signal_price, volume,
-- triggered_at, confidence, model_version, price_after_1d, profit_rate, is_win, evaluated_at, horizon, price_after_3d,
-- profit_rate_3d, price_after_5d, profit_rate_5d, best_rate, worst_rate, revision, withdrawn_at.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_signal_history_list(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_alarm_id BINARY(16),
    IN p_before_session DATE,
    IN p_before_signal_id BINARY(16),
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT signal_id, alarm_id, source, symbol, band_window, band_k, session, signal_type, signal_price, volume,
           triggered_at, confidence, model_version, price_after_1d, profit_rate, is_win, evaluated_at, horizon,
           price_after_3d, profit_rate_3d, price_after_5d, profit_rate_5d, best_rate, worst_rate, revision, withdrawn_at
      FROM table_signal_history
     WHERE account_db_key = p_account_db_key
       AND session <= COALESCE(p_before_session, '9999-12-31')
       AND (p_before_session IS NULL OR session < p_before_session OR signal_id < p_before_signal_id)
       AND (p_symbol IS NULL OR symbol = p_symbol)
       AND (p_alarm_id IS NULL OR alarm_id = p_alarm_id)
     ORDER BY session DESC, signal_id DESC
     LIMIT p_limit;
END;
