-- An account's alarms, newest first.
-- Parameters: p_before is the last alarm_id of the page before, NULL for the first page; p_alarm_id, when not NULL,
-- asks for one alarm.
-- Result: the alarms' columns.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_signal_alarm_list(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_alarm_id BINARY(16),
    IN p_before BINARY(16),
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT alarm_id, symbol, company_name, current_price, exchange, currency, note, band_window, band_k, side, cooldown,
           hysteresis, expires_on, since_session, is_active, created_at, updated_at,
           (SELECT MAX(h.session) FROM table_signal_history h WHERE h.alarm_id = table_signal_alarms.alarm_id
               AND h.session > table_signal_alarms.since_session AND h.signal_type = 'BUY' AND h.withdrawn_at IS NULL) AS bought_on,
           (SELECT MAX(h.session) FROM table_signal_history h WHERE h.alarm_id = table_signal_alarms.alarm_id
               AND h.session > table_signal_alarms.since_session AND h.signal_type = 'SELL' AND h.withdrawn_at IS NULL) AS sold_on
      FROM table_signal_alarms
     WHERE account_db_key = p_account_db_key
       AND is_deleted = FALSE
       AND alarm_id < COALESCE(p_before, UNHEX('FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF'))
       AND (p_alarm_id IS NULL OR alarm_id = p_alarm_id)
     ORDER BY alarm_id DESC
     LIMIT p_limit;
END;
