-- How an account's signals turned out, for each symbol and strategy (source, window and k); not those withdrawn.
-- Parameters: p_symbol narrows the list unless it is NULL.
-- Result: symbol, source, band_window, band_k, total_signals, pending_signals, buy_signals and sell_signals (judged),
-- win_signals (profit_rate >= 1.0), flat_signals, wrong_signals (<= -1.0), gain and loss (sums of the positive and of the
-- negative profit rates, percent), gains and losses (how many), average_profit_rate, _3d, _5d, average_best_rate and
-- average_worst_rate (percent, NULL without any).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_signal_scorecards_get(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
)
SQL SECURITY INVOKER
BEGIN
    SELECT symbol, source, band_window, band_k,
           COUNT(*) AS total_signals,
           COUNT(*) - COUNT(evaluated_at) AS pending_signals,
           COUNT(CASE WHEN signal_type = 'BUY' AND evaluated_at IS NOT NULL THEN 1 END) AS buy_signals,
           COUNT(CASE WHEN signal_type = 'SELL' AND evaluated_at IS NOT NULL THEN 1 END) AS sell_signals,
           COUNT(CASE WHEN is_win THEN 1 END) AS win_signals,
           COUNT(CASE WHEN ABS(profit_rate) < 1.0 THEN 1 END) AS flat_signals,
           COUNT(CASE WHEN profit_rate <= -1.0 THEN 1 END) AS wrong_signals,
           COALESCE(SUM(GREATEST(profit_rate, 0)), 0) AS gain,
           COALESCE(SUM(LEAST(profit_rate, 0)), 0) AS loss,
           COUNT(CASE WHEN profit_rate > 0 THEN 1 END) AS gains,
           COUNT(CASE WHEN profit_rate < 0 THEN 1 END) AS losses,
           ROUND(AVG(profit_rate), 6) AS average_profit_rate,
           ROUND(AVG(profit_rate_3d), 6) AS average_profit_rate_3d,
           ROUND(AVG(profit_rate_5d), 6) AS average_profit_rate_5d,
           ROUND(AVG(best_rate), 6) AS average_best_rate,
           ROUND(AVG(worst_rate), 6) AS average_worst_rate
      FROM table_signal_history
     WHERE account_db_key = p_account_db_key AND withdrawn_at IS NULL AND (p_symbol IS NULL OR symbol = p_symbol)
     GROUP BY symbol, source, band_window, band_k
     ORDER BY symbol, source, band_window, band_k;
END;
