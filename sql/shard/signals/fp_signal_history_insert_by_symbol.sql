-- Writes a history row for each live alarm of one signal's symbol, whatever its band: the signal is from a source that
-- knows none. Otherwise as fp_signal_history_insert.
-- Parameters: the signal; p_pace is {before: the sessions before it, the nearest first, back: hysteresis -> the last session
-- that was so far inside the band}; p_after_account_db_key is the last account done; p_limit is the largest number of
-- accounts.
-- Result: upto_account_db_key, the last account of this batch, NULL when none is left; inserted rows.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_signal_history_insert_by_symbol(
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
    IN p_confidence DECIMAL(6, 5),
    IN p_model_version VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_pace JSON,
    IN p_after_account_db_key BIGINT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_offset INT UNSIGNED DEFAULT p_limit - 1;
    DECLARE v_upto BIGINT UNSIGNED;
    DECLARE v_end BIGINT UNSIGNED;
    DECLARE v_held, v_paced, v_inserted INT UNSIGNED;

    -- The hints: MariaDB thinks now this, now that of its indexes, and reads from the signal's first account on.
    SELECT account_db_key INTO v_upto
      FROM table_signal_alarms FORCE INDEX (ix_alarm_symbol)
     WHERE symbol = p_symbol
       AND is_active = TRUE AND is_deleted = FALSE AND account_db_key > p_after_account_db_key
     ORDER BY account_db_key
     LIMIT 1 OFFSET v_offset;
    SET v_end = COALESCE(v_upto, 18446744073709551615);

    -- Nobody of the batch can move away before the commit; whoever does not live here is left out below. The LIMIT
    -- keeps the inner query apart, whose rows need no lock.
    SELECT COUNT(*), COALESCE(SUM(n.is_paced), 0) INTO v_held, v_paced
      FROM (
            SELECT account_db_key, is_paced
              FROM table_signal_alarms FORCE INDEX (ix_alarm_symbol)
             WHERE symbol = p_symbol
               AND is_active = TRUE AND is_deleted = FALSE
               AND account_db_key > p_after_account_db_key AND account_db_key <= v_end
             ORDER BY account_db_key
             LIMIT p_limit
           ) AS n
      STRAIGHT_JOIN table_account_residence r ON r.account_db_key = n.account_db_key
       LOCK IN SHARE MODE;

    INSERT INTO table_signal_history (
        signal_id, market_signal_id, alarm_id, account_db_key, source, symbol, band_window, band_k, session,
        signal_type, signal_price, volume, triggered_at, confidence, model_version
    )
    SELECT LEFT(UNHEX(SHA2(CONCAT_WS('|', HEX(a.alarm_id), p_session, p_signal_type, p_source), 256)), 16),
           p_signal_id, a.alarm_id, a.account_db_key, p_source, p_symbol, p_band_window, p_band_k, p_session,
           p_signal_type, p_signal_price, p_volume, p_triggered_at, p_confidence, p_model_version
      FROM table_signal_alarms a FORCE INDEX (ix_alarm_symbol)
      STRAIGHT_JOIN table_account_residence r ON r.account_db_key = a.account_db_key AND r.state = 'active'
     WHERE a.symbol = p_symbol
       AND a.is_active = TRUE AND a.is_deleted = FALSE AND a.since_session < p_session AND a.is_paced = FALSE
       AND a.side IN ('BOTH', p_signal_type) AND (a.expires_on IS NULL OR a.expires_on >= p_session)
       AND a.account_db_key > p_after_account_db_key AND a.account_db_key <= v_end
    ON DUPLICATE KEY UPDATE table_signal_history.signal_id = table_signal_history.signal_id;
    SET v_inserted = ROW_COUNT();

    -- Those with a cooldown or a hysteresis look at what they fired on before (signals.detection.fires is the same rule).
    IF v_paced > 0 THEN
        INSERT INTO table_signal_history (
            signal_id, market_signal_id, alarm_id, account_db_key, source, symbol, band_window, band_k, session,
            signal_type, signal_price, volume, triggered_at, confidence, model_version
        )
        SELECT LEFT(UNHEX(SHA2(CONCAT_WS('|', HEX(a.alarm_id), p_session, p_signal_type, p_source), 256)), 16),
               p_signal_id, a.alarm_id, a.account_db_key, p_source, p_symbol, p_band_window, p_band_k, p_session,
               p_signal_type, p_signal_price, p_volume, p_triggered_at, p_confidence, p_model_version
          FROM table_signal_alarms a FORCE INDEX (ix_alarm_symbol)
          STRAIGHT_JOIN table_account_residence r ON r.account_db_key = a.account_db_key AND r.state = 'active'
         WHERE a.symbol = p_symbol
           AND a.is_active = TRUE AND a.is_deleted = FALSE AND a.since_session < p_session AND a.is_paced = TRUE
           AND a.side IN ('BOTH', p_signal_type) AND (a.expires_on IS NULL OR a.expires_on >= p_session)
           AND a.account_db_key > p_after_account_db_key AND a.account_db_key <= v_end
           AND NOT EXISTS (
                SELECT 1
                  FROM table_signal_history h
                 WHERE h.alarm_id = a.alarm_id AND h.session > a.since_session AND h.withdrawn_at IS NULL
                   AND (
                        a.cooldown > 0
                        AND h.session BETWEEN COALESCE(
                                JSON_UNQUOTE(JSON_EXTRACT(p_pace, CONCAT('$.before[', a.cooldown - 1, ']'))), '1000-01-01'
                            ) AND p_session
                        OR a.hysteresis > 0 AND h.signal_type = p_signal_type AND p_band_window > 0
                        AND h.session >= COALESCE(
                            JSON_UNQUOTE(JSON_EXTRACT(p_pace, CONCAT('$.back."', a.hysteresis, '"'))), '1000-01-01'
                        )
                   )
           )
        ON DUPLICATE KEY UPDATE table_signal_history.signal_id = table_signal_history.signal_id;
        SET v_inserted = v_inserted + ROW_COUNT();
    END IF;

    SELECT v_upto AS upto_account_db_key, v_inserted AS inserted;
END;
