-- Writes a history row for each live alarm that one signal concerns, for the next accounts in key order: one signal may
-- concern very many. Repeating it changes nothing: a row's id comes from its alarm, session, side and source.
-- Parameters: the signal; p_after_account_db_key is the last account done; p_limit is the largest number of accounts.
-- Result: upto_account_db_key, the last account of this batch, NULL when none is left; inserted rows.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_signal_history_insert(
    IN p_signal_id BINARY(16),
    IN p_source VARCHAR(30) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_band_window SMALLINT UNSIGNED,
    IN p_band_k DECIMAL(6, 3),
    IN p_session DATE,
    IN p_signal_type VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_signal_price DECIMAL(19, 6),
    IN p_volume BIGINT UNSIGNED,
    IN p_triggered_at DATETIME(6),
    IN p_after_account_db_key BIGINT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_offset INT UNSIGNED DEFAULT p_limit - 1;
    DECLARE v_upto BIGINT UNSIGNED;
    DECLARE v_end BIGINT UNSIGNED;
    DECLARE v_held INT UNSIGNED;
    DECLARE v_inserted INT UNSIGNED;

    -- The hints: MariaDB thinks now this, now that of its indexes, and reads from the signal's first account on.
    SELECT account_db_key INTO v_upto
      FROM table_signal_alarms FORCE INDEX (ix_alarm_fanout)
     WHERE symbol = p_symbol AND band_window = p_band_window AND band_k = p_band_k
       AND is_active = TRUE AND is_deleted = FALSE AND account_db_key > p_after_account_db_key
     ORDER BY account_db_key
     LIMIT 1 OFFSET v_offset;
    SET v_end = COALESCE(v_upto, 18446744073709551615);

    -- Nobody of the batch can move away before the commit; whoever does not live here is left out below. The LIMIT
    -- keeps the inner query apart, whose rows need no lock.
    SELECT COUNT(*) INTO v_held
      FROM (
            SELECT account_db_key
              FROM table_signal_alarms FORCE INDEX (ix_alarm_fanout)
             WHERE symbol = p_symbol AND band_window = p_band_window AND band_k = p_band_k
               AND is_active = TRUE AND is_deleted = FALSE
               AND account_db_key > p_after_account_db_key AND account_db_key <= v_end
             ORDER BY account_db_key
             LIMIT p_limit
           ) AS n
      STRAIGHT_JOIN table_account_residence r ON r.account_db_key = n.account_db_key
       LOCK IN SHARE MODE;

    INSERT INTO table_signal_history (
        signal_id, market_signal_id, alarm_id, account_db_key, source, symbol, band_window, band_k, session,
        signal_type, signal_price, volume, triggered_at
    )
    SELECT LEFT(UNHEX(SHA2(CONCAT_WS('|', HEX(a.alarm_id), p_session, p_signal_type, p_source), 256)), 16),
           p_signal_id, a.alarm_id, a.account_db_key, p_source, p_symbol, p_band_window, p_band_k, p_session,
           p_signal_type, p_signal_price, p_volume, p_triggered_at
      FROM table_signal_alarms a FORCE INDEX (ix_alarm_fanout)
      STRAIGHT_JOIN table_account_residence r ON r.account_db_key = a.account_db_key AND r.state = 'active'
     WHERE a.symbol = p_symbol AND a.band_window = p_band_window AND a.band_k = p_band_k
       AND a.is_active = TRUE AND a.is_deleted = FALSE AND a.since_session < p_session
       AND a.account_db_key > p_after_account_db_key AND a.account_db_key <= v_end
    ON DUPLICATE KEY UPDATE table_signal_history.signal_id = table_signal_history.signal_id;
    SET v_inserted = ROW_COUNT();

    SELECT v_upto AS upto_account_db_key, v_inserted AS inserted;
END;
