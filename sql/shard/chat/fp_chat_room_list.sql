-- An account's rooms, the one with the latest message first; or one room.
-- Parameters: p_room_id names one room and makes all that follows meaningless; p_is_archived: TRUE or FALSE;
-- p_before_activity_at and p_before_room_id are the last row of the page before, NULL for the first page.
-- Result: room_id, title, ai_persona, is_archived, message_count, last_message_id, last_message_at, activity_at,
-- last_sequence_no, content_digest, leaf_message_id, created_at, updated_at.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_chat_room_list(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_room_id BINARY(16),
    IN p_is_archived BOOLEAN,
    IN p_before_activity_at DATETIME(6),
    IN p_before_room_id BINARY(16),
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    IF p_room_id IS NOT NULL THEN
        SELECT room_id, title, ai_persona, is_archived, message_count, last_message_id, last_message_at, activity_at,
               last_sequence_no, content_digest, leaf_message_id, created_at, updated_at
          FROM table_chat_rooms
         WHERE room_id = p_room_id AND account_db_key = p_account_db_key AND is_active;
    ELSE
        SELECT room_id, title, ai_persona, is_archived, message_count, last_message_id, last_message_at, activity_at,
               last_sequence_no, content_digest, leaf_message_id, created_at, updated_at
          FROM table_chat_rooms
         WHERE account_db_key = p_account_db_key
           AND is_active = TRUE
           AND is_archived = p_is_archived
           AND activity_at <= COALESCE(p_before_activity_at, '9999-12-31')
           AND (
                p_before_activity_at IS NULL
                OR activity_at < p_before_activity_at
                OR room_id < p_before_room_id
               )
         ORDER BY activity_at DESC, room_id DESC
         LIMIT p_limit;
    END IF;
END;
