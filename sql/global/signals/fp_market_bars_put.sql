-- Stores bars. A new one becomes a row, of revision 1 when later bars were there before it; one that its own source
-- corrects takes the new values and the next revision, and the values before are kept in table_market_bar_revisions; one
-- that is known already, or known from another source, changes nothing. All changes of a call get one number, in commit
-- order.
-- Parameters: p_bars is a JSON array of {symbol, session, open, high, low, close, volume}; prices as text.
-- Result: inserted, corrected.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_market_bars_put(
    IN p_source VARCHAR(30) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_bars JSON
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_change BIGINT UNSIGNED;
    DECLARE v_corrected INT UNSIGNED;
    DECLARE v_inserted INT UNSIGNED;

    -- The counter's row stays locked until the commit: one writer at a time, and numbers in commit order.
    INSERT INTO outbox_sequences (domain, partition_key, next_sequence)
    VALUES ('signals', 'market_bars', 1)
    ON DUPLICATE KEY UPDATE next_sequence = next_sequence;
    SELECT next_sequence INTO v_change
      FROM outbox_sequences
     WHERE domain = 'signals' AND partition_key = 'market_bars'
       FOR UPDATE;

    INSERT INTO table_market_bar_revisions (
        symbol, session, open, high, low, close, volume, source, revision, recorded_at, replaced_at
    )
    SELECT k.symbol, k.session, k.open, k.high, k.low, k.close, k.volume, k.source, k.revision, k.recorded_at, v_now
      FROM JSON_TABLE(p_bars, '$[*]' COLUMNS (
               symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
               session DATE PATH '$.session',
               open DECIMAL(19, 6) PATH '$.open',
               high DECIMAL(19, 6) PATH '$.high',
               low DECIMAL(19, 6) PATH '$.low',
               close DECIMAL(19, 6) PATH '$.close',
               volume BIGINT UNSIGNED PATH '$.volume'
           )) AS b
      JOIN table_market_bars k ON k.symbol = b.symbol AND k.session = b.session
     WHERE k.source = p_source
       AND (k.open <> b.open OR k.high <> b.high OR k.low <> b.low OR k.close <> b.close OR k.volume <> b.volume)
    ON DUPLICATE KEY UPDATE table_market_bar_revisions.idx = table_market_bar_revisions.idx;
    SET v_corrected = ROW_COUNT();

    IF v_corrected > 0 THEN
        UPDATE table_market_bars k
          JOIN (
                SELECT t.*
                  FROM JSON_TABLE(p_bars, '$[*]' COLUMNS (
                           symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
                           session DATE PATH '$.session',
                           open DECIMAL(19, 6) PATH '$.open',
                           high DECIMAL(19, 6) PATH '$.high',
                           low DECIMAL(19, 6) PATH '$.low',
                           close DECIMAL(19, 6) PATH '$.close',
                           volume BIGINT UNSIGNED PATH '$.volume'
                       )) AS t
               ) AS b ON b.symbol = k.symbol AND b.session = k.session
           SET k.open = b.open, k.high = b.high, k.low = b.low, k.close = b.close, k.volume = b.volume,
               k.revision = k.revision + 1, k.recorded_at = v_now, k.change_seq = v_change
         WHERE k.source = p_source
           AND (k.open <> b.open OR k.high <> b.high OR k.low <> b.low OR k.close <> b.close OR k.volume <> b.volume);
    END IF;

    INSERT INTO table_market_bars (
        symbol, session, open, high, low, close, volume, source, revision, recorded_at, change_seq
    )
    SELECT b.symbol, b.session, b.open, b.high, b.low, b.close, b.volume, p_source,
           EXISTS (SELECT 1 FROM table_market_bars later WHERE later.symbol = b.symbol AND later.session > b.session),
           v_now, v_change
      FROM JSON_TABLE(p_bars, '$[*]' COLUMNS (
               symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.symbol',
               session DATE PATH '$.session',
               open DECIMAL(19, 6) PATH '$.open',
               high DECIMAL(19, 6) PATH '$.high',
               low DECIMAL(19, 6) PATH '$.low',
               close DECIMAL(19, 6) PATH '$.close',
               volume BIGINT UNSIGNED PATH '$.volume'
           )) AS b
      LEFT JOIN table_market_bars known ON known.symbol = b.symbol AND known.session = b.session
     WHERE known.idx IS NULL
    ON DUPLICATE KEY UPDATE table_market_bars.symbol = table_market_bars.symbol;
    SET v_inserted = ROW_COUNT();

    IF v_inserted + v_corrected > 0 THEN
        UPDATE outbox_sequences
           SET next_sequence = v_change + 1
         WHERE domain = 'signals' AND partition_key = 'market_bars';
    END IF;

    SELECT v_inserted AS inserted, v_corrected AS corrected;
END;
