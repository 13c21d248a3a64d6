-- Takes the right to read a stream for a consumer, unless another process holds it: a lease on the database's clock and
-- a fence that grows.
-- Result: one row with fence when it was taken, no row when another process reads the stream.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_outbox_reader_claim(
    IN p_consumer VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_stream VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_lease_seconds INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_lease_until DATETIME(6);

    INSERT INTO outbox_readers (consumer, stream) VALUES (p_consumer, p_stream)
    ON DUPLICATE KEY UPDATE stream = p_stream;
    SELECT lease_until INTO v_lease_until
      FROM outbox_readers
     WHERE consumer = p_consumer AND stream = p_stream
       FOR UPDATE;

    IF v_lease_until IS NULL OR v_lease_until <= v_now THEN
        UPDATE outbox_readers
           SET fence = fence + 1, lease_until = v_now + INTERVAL p_lease_seconds SECOND
         WHERE consumer = p_consumer AND stream = p_stream;
        SELECT fence FROM outbox_readers WHERE consumer = p_consumer AND stream = p_stream;
    END IF;
END;
