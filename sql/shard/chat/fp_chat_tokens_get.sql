-- The ledger's row of one reply; no row where there is none, or it is another account's or room's.
-- Result: state.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_chat_tokens_get(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_room_id BINARY(16),
    IN p_reply_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    SELECT state
      FROM table_chat_tokens
     WHERE reply_id = p_reply_id AND account_db_key = p_account_db_key AND room_id = p_room_id;
END;
