-- Writes a history row for each live alarm that several signals concern. Repeating it changes nothing: a row's id comes
-- from its alarm, session, side and source. For signals that concern few alarms together; see fp_signal_history_insert.
-- A signal without a band (window 0) concerns every alarm of its symbol. An alarm with a cooldown or a hysteresis must not
-- be concerned by two of the signals: it would not see the first when it looks at the second.
-- Parameters: p_signals is a JSON array of {signal_id (32 hex digits), source, symbol, band_window, band_k, session,
-- signal_type, signal_price, volume, triggered_at, confidence, model_version, pace}.
-- Result: upto_account_db_key, always NULL: no account is left; inserted rows.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_signal_history_insert_batch(
    IN p_signals JSON
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_held, v_paced, v_inserted INT UNSIGNED;

    -- Nobody of the batch can move away before the commit; whoever does not live here is left out below.
    SELECT COUNT(*), COALESCE(SUM(n.is_paced), 0) INTO v_held, v_paced
      FROM (
            SELECT a.account_db_key, MAX(a.is_paced) AS is_paced
              FROM JSON_TABLE(p_signals, '$[*]' COLUMNS (
                       symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
                       band_window SMALLINT UNSIGNED PATH '$.band_window',
                       band_k DECIMAL(6, 3) PATH '$.band_k'
                   )) AS s
              JOIN table_signal_alarms a FORCE INDEX (ix_alarm_fanout)
                ON a.symbol = s.symbol AND (s.band_window = 0 OR a.band_window = s.band_window AND a.band_k = s.band_k)
             WHERE a.is_active = TRUE AND a.is_deleted = FALSE
             GROUP BY a.account_db_key
             ORDER BY a.account_db_key
           ) AS n
      STRAIGHT_JOIN table_account_residence r ON r.account_db_key = n.account_db_key
       LOCK IN SHARE MODE;

    INSERT INTO table_signal_history (
        signal_id, market_signal_id, alarm_id, account_db_key, source, symbol, band_window, band_k, session,
        signal_type, signal_price, volume, triggered_at, confidence, model_version
    )
    SELECT LEFT(UNHEX(SHA2(CONCAT_WS('|', HEX(a.alarm_id), s.session, s.signal_type, s.source), 256)), 16),
           UNHEX(s.signal_id), a.alarm_id, a.account_db_key, s.source, s.symbol, s.band_window, s.band_k, s.session,
           s.signal_type, s.signal_price, s.volume, s.triggered_at, s.confidence, s.model_version
      FROM JSON_TABLE(p_signals, '$[*]' COLUMNS (
               signal_id CHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.signal_id',
               source VARCHAR(30) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.source',
               symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
               band_window SMALLINT UNSIGNED PATH '$.band_window',
               band_k DECIMAL(6, 3) PATH '$.band_k',
               session DATE PATH '$.session',
               signal_type VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.signal_type',
               signal_price DECIMAL(19, 6) PATH '$.signal_price',
               volume BIGINT UNSIGNED PATH '$.volume',
               triggered_at DATETIME(6) PATH '$.triggered_at',
               confidence DECIMAL(6, 5) PATH '$.confidence',
               model_version VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.model_version',
               pace JSON PATH '$.pace'
           )) AS s
      JOIN table_signal_alarms a FORCE INDEX (ix_alarm_fanout)
        ON a.symbol = s.symbol AND (s.band_window = 0 OR a.band_window = s.band_window AND a.band_k = s.band_k)
      JOIN table_account_residence r ON r.account_db_key = a.account_db_key AND r.state = 'active'
     WHERE a.is_active = TRUE AND a.is_deleted = FALSE AND a.since_session < s.session AND a.is_paced = FALSE
       AND a.side IN ('BOTH', s.signal_type) AND (a.expires_on IS NULL OR a.expires_on >= s.session)
    ON DUPLICATE KEY UPDATE table_signal_history.signal_id = table_signal_history.signal_id;
    SET v_inserted = ROW_COUNT();

    IF v_paced > 0 THEN
        INSERT INTO table_signal_history (
            signal_id, market_signal_id, alarm_id, account_db_key, source, symbol, band_window, band_k, session,
            signal_type, signal_price, volume, triggered_at, confidence, model_version
        )
        SELECT LEFT(UNHEX(SHA2(CONCAT_WS('|', HEX(a.alarm_id), s.session, s.signal_type, s.source), 256)), 16),
               UNHEX(s.signal_id), a.alarm_id, a.account_db_key, s.source, s.symbol, s.band_window, s.band_k, s.session,
               s.signal_type, s.signal_price, s.volume, s.triggered_at, s.confidence, s.model_version
          FROM JSON_TABLE(p_signals, '$[*]' COLUMNS (
                   signal_id CHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.signal_id',
                   source VARCHAR(30) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.source',
                   symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
                   band_window SMALLINT UNSIGNED PATH '$.band_window',
                   band_k DECIMAL(6, 3) PATH '$.band_k',
                   session DATE PATH '$.session',
                   signal_type VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.signal_type',
                   signal_price DECIMAL(19, 6) PATH '$.signal_price',
                   volume BIGINT UNSIGNED PATH '$.volume',
                   triggered_at DATETIME(6) PATH '$.triggered_at',
                   confidence DECIMAL(6, 5) PATH '$.confidence',
                   model_version VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.model_version',
                   pace JSON PATH '$.pace'
               )) AS s
          JOIN table_signal_alarms a FORCE INDEX (ix_alarm_fanout)
            ON a.symbol = s.symbol AND (s.band_window = 0 OR a.band_window = s.band_window AND a.band_k = s.band_k)
          JOIN table_account_residence r ON r.account_db_key = a.account_db_key AND r.state = 'active'
         WHERE a.is_active = TRUE AND a.is_deleted = FALSE AND a.since_session < s.session AND a.is_paced = TRUE
           AND a.side IN ('BOTH', s.signal_type) AND (a.expires_on IS NULL OR a.expires_on >= s.session)
           AND NOT EXISTS (
                SELECT 1
                  FROM table_signal_history h
                 WHERE h.alarm_id = a.alarm_id AND h.session > a.since_session AND h.withdrawn_at IS NULL
                   AND (
                        a.cooldown > 0
                        AND h.session BETWEEN COALESCE(
                                JSON_UNQUOTE(JSON_EXTRACT(s.pace, CONCAT('$.before[', a.cooldown - 1, ']'))), '1000-01-01'
                            ) AND s.session
                        OR a.hysteresis > 0 AND h.signal_type = s.signal_type AND s.band_window > 0
                        AND h.session >= COALESCE(
                            JSON_UNQUOTE(JSON_EXTRACT(s.pace, CONCAT('$.back."', a.hysteresis, '"'))), '1000-01-01'
                        )
                   )
           )
        ON DUPLICATE KEY UPDATE table_signal_history.signal_id = table_signal_history.signal_id;
        SET v_inserted = v_inserted + ROW_COUNT();
    END IF;

    SELECT NULL AS upto_account_db_key, v_inserted AS inserted;
END;
