-- What is kept about the next rooms, beside what their messages add up to.
-- Parameters: p_after_room_id is the last room that was checked, NULL for the first.
-- Result: room_id, account_db_key, is_active, message_count, last_sequence_no, content_digest, and the same from the
-- messages: counted, counted_last, counted_digest; altered, the number of messages that are not what was accepted.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_chat_rooms_check(
    IN p_after_room_id BINARY(16),
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT r.room_id, r.account_db_key, r.is_active, r.message_count, r.last_sequence_no, r.content_digest,
           COALESCE(SUM(m.is_deleted = FALSE), 0) AS counted,
           COALESCE(MAX(m.sequence_no), 0) AS counted_last,
           COALESCE(BIT_XOR(m.digest), 0) AS counted_digest,
           COALESCE(SUM(
               m.is_deleted = FALSE AND m.digest <> CONV(
                   LEFT(SHA2(CONCAT_WS('|', HEX(m.message_id), m.sequence_no, m.message_type, m.content), 256), 16), 16, 10
               )
           ), 0) AS altered
      FROM (
            SELECT room_id, account_db_key, is_active, message_count, last_sequence_no, content_digest
              FROM table_chat_rooms
             WHERE room_id > COALESCE(p_after_room_id, '')
             ORDER BY room_id
             LIMIT p_limit
           ) AS r
      LEFT JOIN table_chat_messages m ON m.room_id = r.room_id
     GROUP BY r.room_id, r.account_db_key, r.is_active, r.message_count, r.last_sequence_no, r.content_digest
     ORDER BY r.room_id;
END;
