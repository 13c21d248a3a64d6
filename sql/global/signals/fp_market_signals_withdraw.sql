-- Takes signals back that a corrected bar leaves without ground, and reinstates those that another correction brings back;
-- each shard follows (see fp_market_signals_changed). Repeating it changes nothing.
-- Parameters: p_signals is a JSON array of {signal_id (32 hex digits), is_withdrawn (1 or 0)}; p_change_seq is the bars'
-- change up to which the scan looked.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_market_signals_withdraw(
    IN p_signals JSON,
    IN p_change_seq BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);

    UPDATE table_market_signals s
      JOIN JSON_TABLE(p_signals, '$[*]' COLUMNS (
               signal_id CHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.signal_id',
               is_withdrawn TINYINT PATH '$.is_withdrawn'
           )) AS t ON s.signal_id = UNHEX(t.signal_id)
       SET s.withdrawn_at = IF(t.is_withdrawn, v_now, NULL), s.change_seq = p_change_seq
     WHERE (s.withdrawn_at IS NULL) = t.is_withdrawn;
END;
