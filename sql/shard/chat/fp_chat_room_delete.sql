-- Deletes a room with its messages: their words are gone, and no count or statistics speak of them any more.
-- Errors: those of fp_chat_room_require and fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_chat_room_delete(
    IN p_room_id BINARY(16),
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_from DATE;
    DECLARE v_until DATE;

    CALL fp_account_residence_require(p_account_db_key);
    CALL fp_chat_room_require(p_room_id, p_account_db_key);

    SELECT MIN(local_date), MAX(local_date) INTO v_from, v_until
      FROM table_chat_messages
     WHERE room_id = p_room_id AND is_deleted = FALSE;

    UPDATE table_chat_messages
       SET is_deleted = TRUE, content = '', metadata = '{}', search_terms = '', updated_at = v_now
     WHERE room_id = p_room_id AND is_deleted = FALSE;

    UPDATE table_chat_rooms
       SET is_active = FALSE, title = '', message_count = 0, last_message_id = NULL, last_message_at = NULL,
           updated_at = v_now
     WHERE room_id = p_room_id;

    IF v_from IS NOT NULL THEN
        CALL fp_chat_statistics_update(p_account_db_key, v_from, v_until);
    END IF;
END;
