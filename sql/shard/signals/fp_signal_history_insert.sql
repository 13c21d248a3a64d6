-- Writes a history row for each live alarm that these signals concern. Repeating it changes nothing: a row's id comes
-- from its alarm, session, side and source.
-- Several signals are done for all their accounts; one signal alone, which may concern very many, for the next p_limit
-- accounts in key order.
-- Parameters: p_signals is a JSON array of {signal_id (32 hex digits), source, symbol, band_window, band_k, session,
-- signal_type, signal_price, volume, triggered_at}; p_after_account_db_key is the last account done.
-- Result: upto_account_db_key, the last account of this batch, NULL when none is left; inserted rows.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_signal_history_insert(
    IN p_signals JSON,
    IN p_after_account_db_key BIGINT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_end BIGINT UNSIGNED DEFAULT 18446744073709551615;
    DECLARE v_upto BIGINT UNSIGNED;
    DECLARE v_offset INT UNSIGNED DEFAULT p_limit - 1;
    DECLARE v_first_symbol, v_last_symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_first_window, v_last_window SMALLINT UNSIGNED;
    DECLARE v_first_k, v_last_k DECIMAL(6, 3);
    DECLARE v_held INT UNSIGNED;
    DECLARE v_inserted INT UNSIGNED;

    -- The range of each column. For one signal its ends are equal, so that the index gives the next accounts in order
    -- and no others are looked at; the hints below are there because MariaDB thinks now this, now that of its indexes.
    SELECT MIN(s.symbol), MAX(s.symbol), MIN(s.band_window), MAX(s.band_window), MIN(s.band_k), MAX(s.band_k)
      INTO v_first_symbol, v_last_symbol, v_first_window, v_last_window, v_first_k, v_last_k
      FROM JSON_TABLE(p_signals, '$[*]' COLUMNS (
               symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
               band_window SMALLINT UNSIGNED PATH '$.band_window',
               band_k DECIMAL(6, 3) PATH '$.band_k'
           )) AS s;

    IF JSON_LENGTH(p_signals) = 1 THEN
        SELECT account_db_key INTO v_upto
          FROM table_signal_alarms
         WHERE symbol = v_first_symbol AND band_window = v_first_window AND band_k = v_first_k
           AND is_active = TRUE AND is_deleted = FALSE AND account_db_key > p_after_account_db_key
         ORDER BY account_db_key
         LIMIT 1 OFFSET v_offset;
        SET v_end = COALESCE(v_upto, v_end);
    END IF;

    -- Nobody of the batch can move away before the commit; whoever does not live here is left out below.
    SELECT COUNT(*) INTO v_held
      FROM (
            SELECT DISTINCT a.account_db_key
              FROM JSON_TABLE(p_signals, '$[*]' COLUMNS (
                       symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
                       band_window SMALLINT UNSIGNED PATH '$.band_window',
                       band_k DECIMAL(6, 3) PATH '$.band_k'
                   )) AS s
              JOIN table_signal_alarms a FORCE INDEX (ix_alarm_fanout)
                ON a.symbol = s.symbol AND a.band_window = s.band_window AND a.band_k = s.band_k
             WHERE a.symbol BETWEEN v_first_symbol AND v_last_symbol
               AND a.band_window BETWEEN v_first_window AND v_last_window
               AND a.band_k BETWEEN v_first_k AND v_last_k
               AND a.is_active = TRUE AND a.is_deleted = FALSE
               AND a.account_db_key > p_after_account_db_key AND a.account_db_key <= v_end
             ORDER BY a.account_db_key
           ) AS n
      STRAIGHT_JOIN table_account_residence r ON r.account_db_key = n.account_db_key
       LOCK IN SHARE MODE;

    INSERT INTO table_signal_history (
        signal_id, market_signal_id, alarm_id, account_db_key, source, symbol, band_window, band_k, session,
        signal_type, signal_price, volume, triggered_at
    )
    SELECT LEFT(UNHEX(SHA2(CONCAT_WS('|', HEX(a.alarm_id), s.session, s.signal_type, s.source), 256)), 16),
           UNHEX(s.signal_id), a.alarm_id, a.account_db_key, s.source, s.symbol, s.band_window, s.band_k, s.session,
           s.signal_type, s.signal_price, s.volume, s.triggered_at
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
               triggered_at DATETIME(6) PATH '$.triggered_at'
           )) AS s
      JOIN table_signal_alarms a FORCE INDEX (ix_alarm_fanout)
        ON a.symbol = s.symbol AND a.band_window = s.band_window AND a.band_k = s.band_k
      JOIN table_account_residence r ON r.account_db_key = a.account_db_key AND r.state = 'active'
     WHERE a.symbol BETWEEN v_first_symbol AND v_last_symbol
       AND a.band_window BETWEEN v_first_window AND v_last_window
       AND a.band_k BETWEEN v_first_k AND v_last_k
       AND a.is_active = TRUE AND a.is_deleted = FALSE AND a.since_session < s.session
       AND a.account_db_key > p_after_account_db_key AND a.account_db_key <= v_end
    ON DUPLICATE KEY UPDATE table_signal_history.signal_id = table_signal_history.signal_id;
    SET v_inserted = ROW_COUNT();

    SELECT v_upto AS upto_account_db_key, v_inserted AS inserted;
END;
