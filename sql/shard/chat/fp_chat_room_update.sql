-- Changes what is not NULL of a room.
-- Parameters: p_suggested_title is taken only by a room without a title.
-- Result: the room's columns.
-- Errors: those of fp_chat_room_require and fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_chat_room_update(
    IN p_room_id BINARY(16),
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_title VARCHAR(200),
    IN p_suggested_title VARCHAR(200),
    IN p_ai_persona VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_is_archived BOOLEAN
)
SQL SECURITY INVOKER
BEGIN
    CALL fp_account_residence_require(p_account_db_key);
    CALL fp_chat_room_require(p_room_id, p_account_db_key);

    UPDATE table_chat_rooms
       SET title = COALESCE(p_title, IF(title = '', p_suggested_title, NULL), title),
           ai_persona = COALESCE(p_ai_persona, ai_persona),
           is_archived = COALESCE(p_is_archived, is_archived),
           updated_at = UTC_TIMESTAMP(6)
     WHERE room_id = p_room_id;

    CALL fp_chat_room_list(p_account_db_key, p_room_id, NULL, NULL, NULL, 1);
END;
