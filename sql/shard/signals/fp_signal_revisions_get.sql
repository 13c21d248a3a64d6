-- One signal's judgements as they were before a bar was corrected, the newest first.
-- Result: revision, horizon, signal_price, price_after_1d, profit_rate, is_win, evaluated_at, price_after_3d,
-- profit_rate_3d, price_after_5d, profit_rate_5d, best_rate, worst_rate, replaced_at; no row for somebody else's signal.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_signal_revisions_get(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_signal_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    SELECT revision, horizon, signal_price, price_after_1d, profit_rate, is_win, evaluated_at, price_after_3d,
           profit_rate_3d, price_after_5d, profit_rate_5d, best_rate, worst_rate, replaced_at
      FROM table_signal_revisions
     WHERE signal_id = p_signal_id AND account_db_key = p_account_db_key
     ORDER BY revision DESC;
END;
