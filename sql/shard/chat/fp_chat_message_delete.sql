-- Deletes a message: its words are gone, and no count or statistics speak of it any more. Its place in the path stays.
-- Errors: 31402 chat_message_unknown (not there, deleted, or of another room), and those of fp_chat_room_require and
-- fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_chat_message_delete(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_room_id BINARY(16),
    IN p_message_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_idx BIGINT UNSIGNED;
    DECLARE v_date DATE;

    CALL fp_account_residence_require(p_account_db_key);
    CALL fp_chat_room_require(p_room_id, p_account_db_key);

    SELECT idx, local_date INTO v_idx, v_date
      FROM table_chat_messages
     WHERE message_id = p_message_id AND room_id = p_room_id AND is_deleted = FALSE
       FOR UPDATE;
    IF v_idx IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31402, MESSAGE_TEXT = 'there is no such message';
    END IF;

    UPDATE table_chat_messages
       SET is_deleted = TRUE, content = '', metadata = '{}', search_terms = '', updated_at = v_now
     WHERE idx = v_idx;

    UPDATE table_chat_rooms r
      LEFT JOIN (
            SELECT message_id, created_at
              FROM table_chat_messages FORCE INDEX (ix_chat_message_all)
             WHERE room_id = p_room_id AND is_deleted = FALSE
             ORDER BY sequence_no DESC
             LIMIT 1
           ) AS latest ON TRUE
       SET r.message_count = r.message_count - 1, r.last_message_id = latest.message_id,
           r.last_message_at = latest.created_at, r.updated_at = v_now
     WHERE r.room_id = p_room_id;

    CALL fp_chat_statistics_update(p_account_db_key, v_date, v_date);
END;
