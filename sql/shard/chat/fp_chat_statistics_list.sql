-- An account's days, newest first.
-- Parameters: p_before is the last day of the page before, NULL for the first page.
-- Result: date, total_messages, user_messages, ai_messages, total_tokens, reserved_tokens, active_rooms.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_chat_statistics_list(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_before DATE,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT date, total_messages, user_messages, ai_messages, total_tokens, reserved_tokens, active_rooms
      FROM table_chat_statistics
     WHERE account_db_key = p_account_db_key AND date < COALESCE(p_before, '9999-12-31')
     ORDER BY date DESC
     LIMIT p_limit;
END;
