-- A room's messages, newest first; with p_after_sequence_no, oldest first from there on.
-- Parameters: p_on_path: only the current path; p_before_sequence_no or p_after_sequence_no is the place of the page
-- before, both NULL for the newest page.
-- Result: message_id, sequence_no, message_type, content, metadata, parent_message_id, on_path, created_at, updated_at.
-- Errors: 31401 chat_room_unknown.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_chat_message_list(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_room_id BINARY(16),
    IN p_on_path BOOLEAN,
    IN p_before_sequence_no BIGINT UNSIGNED,
    IN p_after_sequence_no BIGINT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM table_chat_rooms WHERE room_id = p_room_id AND account_db_key = p_account_db_key AND is_active
    ) THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31401, MESSAGE_TEXT = 'there is no such room';
    END IF;

    IF p_on_path AND p_after_sequence_no IS NULL THEN
        SELECT message_id, sequence_no, message_type, content, metadata, parent_message_id, on_path, created_at, updated_at
          FROM table_chat_messages FORCE INDEX (ix_chat_message_path)
         WHERE room_id = p_room_id AND is_deleted = FALSE AND on_path = TRUE
           AND sequence_no < COALESCE(p_before_sequence_no, ~0)
         ORDER BY sequence_no DESC
         LIMIT p_limit;
    ELSEIF p_on_path THEN
        SELECT message_id, sequence_no, message_type, content, metadata, parent_message_id, on_path, created_at, updated_at
          FROM table_chat_messages FORCE INDEX (ix_chat_message_path)
         WHERE room_id = p_room_id AND is_deleted = FALSE AND on_path = TRUE AND sequence_no > p_after_sequence_no
         ORDER BY sequence_no
         LIMIT p_limit;
    ELSEIF p_after_sequence_no IS NULL THEN
        SELECT message_id, sequence_no, message_type, content, metadata, parent_message_id, on_path, created_at, updated_at
          FROM table_chat_messages FORCE INDEX (ix_chat_message_all)
         WHERE room_id = p_room_id AND is_deleted = FALSE AND sequence_no < COALESCE(p_before_sequence_no, ~0)
         ORDER BY sequence_no DESC
         LIMIT p_limit;
    ELSE
        SELECT message_id, sequence_no, message_type, content, metadata, parent_message_id, on_path, created_at, updated_at
          FROM table_chat_messages FORCE INDEX (ix_chat_message_all)
         WHERE room_id = p_room_id AND is_deleted = FALSE AND sequence_no > p_after_sequence_no
         ORDER BY sequence_no
         LIMIT p_limit;
    END IF;
END;
