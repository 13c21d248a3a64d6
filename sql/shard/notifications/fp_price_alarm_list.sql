-- An account's price alarms, newest first, the reached ones too.
-- Parameters: p_before is the last price_alarm_id of the page before, NULL for the first page.
-- Result: the alarms' columns.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_price_alarm_list(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_before BINARY(16),
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT price_alarm_id, symbol, direction, target_price, since_session, reached_on, reached_price, created_at
      FROM table_price_alarms
     WHERE account_db_key = p_account_db_key
       AND price_alarm_id < COALESCE(p_before, UNHEX('FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF'))
     ORDER BY price_alarm_id DESC
     LIMIT p_limit;
END;
