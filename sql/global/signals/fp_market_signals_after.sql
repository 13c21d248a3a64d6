-- The market's signals in their order, for a shard that fans them out.
-- Parameters: p_signal_seq is the last one done; p_upto_seq ends the list, 0 for no end.
-- Result: signal_id, signal_seq, source, symbol, band_window, band_k, session, signal_type, signal_price, volume,
-- triggered_at, confidence, model_version, pace.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_market_signals_after(
    IN p_signal_seq BIGINT UNSIGNED,
    IN p_upto_seq BIGINT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT signal_id, signal_seq, source, symbol, band_window, band_k, session, signal_type, signal_price, volume,
           triggered_at, confidence, model_version, pace
      FROM table_market_signals
     WHERE signal_seq > p_signal_seq AND (p_upto_seq = 0 OR signal_seq <= p_upto_seq)
     ORDER BY signal_seq
     LIMIT p_limit;
END;
