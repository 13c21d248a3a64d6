-- Gives a stream back; nothing happens when another process has taken it since.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_outbox_reader_release(
    IN p_consumer VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_stream VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_fence BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    UPDATE outbox_readers
       SET lease_until = NULL
     WHERE consumer = p_consumer AND stream = p_stream AND fence = p_fence;
END;
