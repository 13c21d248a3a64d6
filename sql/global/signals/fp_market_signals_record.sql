-- Records what a scan found and how far it came, in one go. Signals that are known already are left out, so that
-- repeating changes nothing; new ones get the next numbers, without gaps and in commit order.
-- Parameters: p_signals is a JSON array of {signal_id (32 hex digits), source, symbol, band_window, band_k, session,
-- signal_type, signal_price, volume, pace, and confidence and model_version where the source says them}; p_scans of
-- {symbol, band_window, band_k, after_session, upto_session, judged}.
-- Result: recorded, the number of new signals.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_market_signals_record(
    IN p_signals JSON,
    IN p_scans JSON
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_next BIGINT UNSIGNED;
    DECLARE v_recorded INT UNSIGNED;

    -- The counter's row stays locked until the commit: hence no gaps, and one recorder at a time.
    INSERT INTO outbox_sequences (domain, partition_key, next_sequence)
    VALUES ('signals', 'market_signals', 1)
    ON DUPLICATE KEY UPDATE next_sequence = next_sequence;
    SELECT next_sequence INTO v_next
      FROM outbox_sequences
     WHERE domain = 'signals' AND partition_key = 'market_signals'
       FOR UPDATE;

    INSERT INTO table_market_signals (
        signal_id, signal_seq, source, symbol, band_window, band_k, session, signal_type, signal_price, volume,
        triggered_at, confidence, model_version, pace
    )
    SELECT UNHEX(t.signal_id),
           v_next - 1 + ROW_NUMBER() OVER (ORDER BY t.session, t.symbol, t.band_window, t.band_k, t.signal_type),
           t.source, t.symbol, t.band_window, t.band_k, t.session, t.signal_type, t.signal_price, t.volume,
           UTC_TIMESTAMP(6), t.confidence, COALESCE(t.model_version, ''), COALESCE(t.pace, '{}')
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
               confidence DECIMAL(6, 5) PATH '$.confidence',
               model_version VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.model_version',
               pace JSON PATH '$.pace'
           )) AS t
      LEFT JOIN table_market_signals known ON known.signal_id = UNHEX(t.signal_id)
     WHERE known.signal_id IS NULL;
    SET v_recorded = ROW_COUNT();

    UPDATE outbox_sequences
       SET next_sequence = v_next + v_recorded
     WHERE domain = 'signals' AND partition_key = 'market_signals';

    INSERT INTO table_signal_scans (symbol, band_window, band_k, after_session, upto_session, judged)
    SELECT fresh.symbol, fresh.band_window, fresh.band_k, fresh.after_session, fresh.upto_session, fresh.judged
      FROM (
            SELECT t.symbol, t.band_window, t.band_k, t.after_session, t.upto_session, t.judged
              FROM JSON_TABLE(p_scans, '$[*]' COLUMNS (
                       symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
                       band_window SMALLINT UNSIGNED PATH '$.band_window',
                       band_k DECIMAL(6, 3) PATH '$.band_k',
                       after_session DATE PATH '$.after_session',
                       upto_session DATE PATH '$.upto_session',
                       judged JSON PATH '$.judged'
                   )) AS t
           ) AS fresh
    ON DUPLICATE KEY UPDATE
        after_session = LEAST(table_signal_scans.after_session, fresh.after_session),
        judged = IF(fresh.upto_session >= table_signal_scans.upto_session, fresh.judged, table_signal_scans.judged),
        upto_session = GREATEST(table_signal_scans.upto_session, fresh.upto_session);

    SELECT v_recorded AS recorded;
END;
