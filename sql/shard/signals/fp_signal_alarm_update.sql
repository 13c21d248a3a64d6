-- Changes an alarm; a parameter that is NULL leaves its column as it is. Repeating it changes nothing more.
-- Parameters: p_never_expires takes the last session away; p_since_session is the symbol's latest session: an alarm that is switched on, or gets other parameters,
-- fires on later ones only.
-- Result: the alarm's columns.
-- Errors: 31203 alarm_unknown (not there, deleted or somebody else's), 31204 alarm_never_fires, and those of
-- fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_signal_alarm_update(
    IN p_alarm_id BINARY(16),
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_is_active BOOLEAN,
    IN p_note VARCHAR(500),
    IN p_band_window SMALLINT UNSIGNED,
    IN p_band_k DECIMAL(6, 3),
    IN p_side VARCHAR(4) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_cooldown SMALLINT UNSIGNED,
    IN p_hysteresis SMALLINT UNSIGNED,
    IN p_expires_on DATE,
    IN p_never_expires BOOLEAN,
    IN p_since_session DATE
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_is_active BOOLEAN;
    DECLARE v_band_window SMALLINT UNSIGNED;
    DECLARE v_band_k DECIMAL(6, 3);
    DECLARE v_restarts BOOLEAN;

    CALL fp_account_residence_require(p_account_db_key);

    SELECT is_active, band_window, band_k INTO v_is_active, v_band_window, v_band_k
      FROM table_signal_alarms
     WHERE alarm_id = p_alarm_id AND account_db_key = p_account_db_key AND NOT is_deleted
       FOR UPDATE;
    IF v_is_active IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31203, MESSAGE_TEXT = 'there is no such alarm';
    END IF;

    SET v_restarts = (p_is_active AND NOT v_is_active)
        OR COALESCE(p_band_window <> v_band_window, FALSE)
        OR COALESCE(p_band_k <> v_band_k, FALSE);
    SET v_band_window = COALESCE(p_band_window, v_band_window);
    SET v_band_k = COALESCE(p_band_k, v_band_k);
    IF v_band_k * v_band_k + 1 >= v_band_window THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31204, MESSAGE_TEXT = 'k must be less than the root of window - 1';
    END IF;

    UPDATE table_signal_alarms
       SET is_active = COALESCE(p_is_active, is_active),
           note = COALESCE(p_note, note),
           band_window = v_band_window,
           band_k = v_band_k,
           side = COALESCE(p_side, side),
           cooldown = COALESCE(p_cooldown, cooldown),
           hysteresis = COALESCE(p_hysteresis, hysteresis),
           expires_on = IF(p_never_expires, NULL, COALESCE(p_expires_on, expires_on)),
           since_session = IF(v_restarts, GREATEST(since_session, p_since_session), since_session),
           updated_at = UTC_TIMESTAMP(6)
     WHERE alarm_id = p_alarm_id;

    SELECT alarm_id, symbol, company_name, current_price, exchange, currency, note, band_window, band_k, side, cooldown,
           hysteresis, expires_on, since_session, is_active, created_at, updated_at,
           (SELECT MAX(h.session) FROM table_signal_history h WHERE h.alarm_id = table_signal_alarms.alarm_id
               AND h.session > table_signal_alarms.since_session AND h.signal_type = 'BUY' AND h.withdrawn_at IS NULL) AS bought_on,
           (SELECT MAX(h.session) FROM table_signal_history h WHERE h.alarm_id = table_signal_alarms.alarm_id
               AND h.session > table_signal_alarms.since_session AND h.signal_type = 'SELL' AND h.withdrawn_at IS NULL) AS sold_on
      FROM table_signal_alarms
     WHERE alarm_id = p_alarm_id;
END;
