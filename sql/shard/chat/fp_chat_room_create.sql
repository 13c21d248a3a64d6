-- Makes a room. Repeating it changes nothing.
-- Parameters: p_room_id is a UUIDv7 that the caller made; p_title may be '': then it is made from the first exchange.
-- Result: the room's columns.
-- Errors: 31401 chat_room_unknown (the id is another account's room), and those of fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_chat_room_create(
    IN p_room_id BINARY(16),
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_title VARCHAR(200),
    IN p_ai_persona VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);

    CALL fp_account_residence_require(p_account_db_key);

    INSERT INTO table_chat_rooms (room_id, account_db_key, title, ai_persona, activity_at, created_at, updated_at)
    VALUES (p_room_id, p_account_db_key, p_title, p_ai_persona, v_now, v_now, v_now)
    ON DUPLICATE KEY UPDATE room_id = p_room_id;

    CALL fp_chat_room_require(p_room_id, p_account_db_key);
    CALL fp_chat_room_list(p_account_db_key, p_room_id, NULL, NULL, NULL, 1);
END;
