-- Signals that scans took back or reinstated.
-- Parameters: by the bars' changes later than p_after_seq and not later than p_upto_seq.
-- Result: signal_id, signal_seq, is_withdrawn (as it is now), by signal_seq.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_market_signals_changed(
    IN p_after_seq BIGINT UNSIGNED,
    IN p_upto_seq BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT signal_id, signal_seq, withdrawn_at IS NOT NULL AS is_withdrawn
      FROM table_market_signals
     WHERE change_seq > p_after_seq AND change_seq <= p_upto_seq
     ORDER BY signal_seq;
END;
