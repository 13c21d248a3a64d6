-- One message of a room, wherever it is in the room's branches.
-- Result: message_id, sequence_no, message_type, content, metadata, parent_message_id, on_path, created_at, updated_at; no
-- row where there is none.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_chat_message_get(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_room_id BINARY(16),
    IN p_message_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    SELECT m.message_id, m.sequence_no, m.message_type, m.content, m.metadata, m.parent_message_id, m.on_path,
           m.created_at, m.updated_at
      FROM table_chat_messages m
      JOIN table_chat_rooms r ON r.room_id = m.room_id AND r.is_active
     WHERE m.message_id = p_message_id AND m.room_id = p_room_id AND m.account_db_key = p_account_db_key
       AND m.is_deleted = FALSE;
END;
