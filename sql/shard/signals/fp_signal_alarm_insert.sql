-- Registers an alarm.
-- Parameters: p_alarm_id is a UUIDv7 that the caller made; p_since_session is the symbol's latest session: the alarm
-- fires on later ones only; p_alarm_limit is how many live alarms the account's plan allows.
-- Result: the alarm's columns.
-- Errors: 31202 alarm_duplicate (the account has a live alarm for the symbol; decided by a unique key),
-- 31204 alarm_never_fires, 31150 plan_limit_reached, and those of fp_account_residence_hold.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_signal_alarm_insert(
    IN p_alarm_id BINARY(16),
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_company_name VARCHAR(200),
    IN p_current_price DECIMAL(19, 6),
    IN p_exchange VARCHAR(50),
    IN p_currency VARCHAR(3) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_note VARCHAR(500),
    IN p_band_window SMALLINT UNSIGNED,
    IN p_band_k DECIMAL(6, 3),
    IN p_side VARCHAR(4) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_cooldown SMALLINT UNSIGNED,
    IN p_hysteresis SMALLINT UNSIGNED,
    IN p_expires_on DATE,
    IN p_since_session DATE,
    IN p_alarm_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_alarms INT UNSIGNED;
    DECLARE v_duplicate TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

    DECLARE EXIT HANDLER FOR 1062
    BEGIN
        GET DIAGNOSTICS CONDITION 1 v_duplicate = MESSAGE_TEXT;
        IF LOCATE('uq_alarm_account_symbol', v_duplicate) > 0 THEN
            SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31202, MESSAGE_TEXT = 'there is a live alarm for this symbol';
        END IF;
        RESIGNAL;
    END;

    -- Held alone: two inserts that count at the same moment would both find room for one more.
    CALL fp_account_residence_hold(p_account_db_key);

    IF p_band_k * p_band_k + 1 >= p_band_window THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31204, MESSAGE_TEXT = 'k must be less than the root of window - 1';
    END IF;

    SELECT COUNT(*) INTO v_alarms
      FROM table_signal_alarms
     WHERE account_db_key = p_account_db_key AND is_deleted = FALSE;
    IF v_alarms >= p_alarm_limit
       AND NOT EXISTS (SELECT 1 FROM table_signal_alarms WHERE account_db_key = p_account_db_key AND live_symbol = p_symbol)
    THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31150, MESSAGE_TEXT = 'the plan allows no more alarms';
    END IF;

    INSERT INTO table_signal_alarms (
        alarm_id, account_db_key, symbol, company_name, current_price, exchange, currency, note, band_window, band_k,
        side, cooldown, hysteresis, expires_on, since_session, created_at, updated_at
    ) VALUES (
        p_alarm_id, p_account_db_key, p_symbol, p_company_name, p_current_price, p_exchange, p_currency, p_note,
        p_band_window, p_band_k, p_side, p_cooldown, p_hysteresis, p_expires_on, p_since_session, v_now, v_now
    );

    SELECT alarm_id, symbol, company_name, current_price, exchange, currency, note, band_window, band_k, side, cooldown,
           hysteresis, expires_on, since_session, is_active, created_at, updated_at,
           (SELECT MAX(h.session) FROM table_signal_history h WHERE h.alarm_id = table_signal_alarms.alarm_id
               AND h.session > table_signal_alarms.since_session AND h.signal_type = 'BUY' AND h.withdrawn_at IS NULL) AS bought_on,
           (SELECT MAX(h.session) FROM table_signal_history h WHERE h.alarm_id = table_signal_alarms.alarm_id
               AND h.session > table_signal_alarms.since_session AND h.signal_type = 'SELL' AND h.withdrawn_at IS NULL) AS sold_on
      FROM table_signal_alarms
     WHERE alarm_id = p_alarm_id;
END;
