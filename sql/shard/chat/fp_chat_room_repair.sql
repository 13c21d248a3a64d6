-- Makes what is kept about a room, and its account's statistics of the room's days, agree with its messages; and keeps a
-- record of the difference.
-- Parameters: p_compared says what differed from the messages; p_detail is a JSON object for operators.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_chat_room_repair(
    IN p_room_id BINARY(16),
    IN p_compared VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_detail JSON
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_account_db_key BIGINT UNSIGNED;
    DECLARE v_from DATE;
    DECLARE v_until DATE;

    SELECT account_db_key INTO v_account_db_key FROM table_chat_rooms WHERE room_id = p_room_id FOR UPDATE;

    UPDATE table_chat_rooms r
      LEFT JOIN (
            SELECT room_id, SUM(is_deleted = FALSE) AS live, MAX(sequence_no) AS last_no, BIT_XOR(digest) AS digest
              FROM table_chat_messages
             WHERE room_id = p_room_id
             GROUP BY room_id
           ) AS m ON m.room_id = r.room_id
      LEFT JOIN (
            SELECT message_id, created_at
              FROM table_chat_messages FORCE INDEX (ix_chat_message_all)
             WHERE room_id = p_room_id AND is_deleted = FALSE
             ORDER BY sequence_no DESC
             LIMIT 1
           ) AS latest ON TRUE
       SET r.message_count = COALESCE(m.live, 0), r.last_sequence_no = COALESCE(m.last_no, 0),
           r.content_digest = COALESCE(m.digest, 0), r.last_message_id = latest.message_id,
           r.last_message_at = latest.created_at, r.updated_at = v_now
     WHERE r.room_id = p_room_id;

    SELECT MIN(local_date), MAX(local_date) INTO v_from, v_until FROM table_chat_messages WHERE room_id = p_room_id;
    IF v_from IS NOT NULL THEN
        CALL fp_chat_statistics_update(v_account_db_key, v_from, v_until);
    END IF;

    INSERT INTO table_chat_drift (room_id, account_db_key, compared, detail, found_at, repaired_at)
    VALUES (p_room_id, v_account_db_key, p_compared, p_detail, v_now, v_now);
END;
