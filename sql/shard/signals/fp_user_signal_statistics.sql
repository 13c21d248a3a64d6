-- How an account's alarms and signals fare. Signals that are not judged yet are pending, no losses; those
-- withdrawn are left out.
-- Result: one row: total_alarms, active_alarms, total_signals, buy_signals, sell_signals, evaluated_signals,
-- pending_signals, win_signals (profit_rate >= 1.0), flat_signals, wrong_signals (<= -1.0), win_rate (percent of the
-- judged, NULL without any), average_profit_rate (percent, NULL without any).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_user_signal_statistics(
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT a.total_alarms, a.active_alarms, h.*
      FROM (
            SELECT COUNT(*) AS total_alarms, COUNT(CASE WHEN is_active THEN 1 END) AS active_alarms
              FROM table_signal_alarms
             WHERE account_db_key = p_account_db_key AND is_deleted = FALSE
           ) AS a
     CROSS JOIN (
            SELECT COUNT(*) AS total_signals,
                   COUNT(CASE WHEN signal_type = 'BUY' THEN 1 END) AS buy_signals,
                   COUNT(CASE WHEN signal_type = 'SELL' THEN 1 END) AS sell_signals,
                   COUNT(evaluated_at) AS evaluated_signals,
                   COUNT(*) - COUNT(evaluated_at) AS pending_signals,
                   COUNT(CASE WHEN is_win THEN 1 END) AS win_signals,
                   COUNT(CASE WHEN ABS(profit_rate) < 1.0 THEN 1 END) AS flat_signals,
                   COUNT(CASE WHEN profit_rate <= -1.0 THEN 1 END) AS wrong_signals,
                   ROUND(AVG(100.000000 * is_win), 6) AS win_rate,
                   ROUND(AVG(profit_rate), 6) AS average_profit_rate
              FROM table_signal_history
             WHERE account_db_key = p_account_db_key AND withdrawn_at IS NULL
           ) AS h;
END;
