-- Replies that were asked for before a moment and are not there yet, oldest first.
-- Result: reply_id, account_db_key, room_id, request, created_at.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_chat_tokens_reserved(
    IN p_before DATETIME(6),
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT reply_id, account_db_key, room_id, request, created_at
      FROM table_chat_tokens
     WHERE state = 'reserved' AND created_at < p_before
     ORDER BY created_at
     LIMIT p_limit;
END;
