-- Marks a stream whose data Redis has lost, so that it is sent again even if the one who noticed is killed; or, when all
-- was sent again, marks it whole.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_outbox_stream_lost(
    IN p_stream VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_is_lost BOOLEAN,
    IN p_last_id VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
)
SQL SECURITY INVOKER
BEGIN
    UPDATE outbox_streams
       SET lost_at = IF(p_is_lost, COALESCE(lost_at, UTC_TIMESTAMP(6)), NULL),
           last_id = IF(p_is_lost, last_id, p_last_id)
     WHERE stream = p_stream;
END;
