-- Records that a partition could not be sent: its first event failed once more, the partition waits with exponential
-- backoff and jitter (1 s doubling to 5 min, half of it random), after max_retries the event is a dead letter.
-- Parameters: p_is_blocking says whether the partition then waits for an operator or goes on without the event.
-- Result: status of the event, failed or dead_letter.
-- Errors: 31006 fence_lost when the partition has been claimed by another relay since; nothing is changed then.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_universal_outbox_mark_failed(
    IN p_domain VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_partition_key VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_fence BIGINT UNSIGNED,
    IN p_is_blocking BOOLEAN,
    IN p_error_message TEXT
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_backoff DOUBLE;
    DECLARE v_sequence_no BIGINT UNSIGNED;
    DECLARE v_is_dead BOOLEAN;

    SELECT LEAST(POW(2, LEAST(attempts, 20) - 1), 300) INTO v_backoff
      FROM outbox_partitions
     WHERE domain = p_domain AND partition_key = p_partition_key AND fence = p_fence AND lease_until IS NOT NULL
       FOR UPDATE;
    IF v_backoff IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31006, MESSAGE_TEXT = 'the partition was claimed by another relay';
    END IF;

    SELECT sequence_no, retry_count + 1 >= max_retries INTO v_sequence_no, v_is_dead
      FROM universal_outbox
     WHERE domain = p_domain AND partition_key = p_partition_key AND status <> 'dead_letter'
     ORDER BY sequence_no
     LIMIT 1
       FOR UPDATE;

    UPDATE outbox_partitions
       SET lease_until = NULL,
           attempts = IF(v_is_dead, 0, attempts),
           next_attempt_at = IF(
               v_is_dead, NULL, v_now + INTERVAL v_backoff * (500000 + FLOOR(RAND() * 500000)) MICROSECOND
           ),
           blocked_by = IF(v_is_dead AND p_is_blocking, v_sequence_no, NULL)
     WHERE domain = p_domain AND partition_key = p_partition_key;

    UPDATE universal_outbox
       SET status = IF(v_is_dead, 'dead_letter', 'failed'), retry_count = retry_count + 1, error_message = p_error_message
     WHERE domain = p_domain AND partition_key = p_partition_key AND sequence_no = v_sequence_no;

    SELECT IF(v_is_dead, 'dead_letter', 'failed') AS status;
END;
