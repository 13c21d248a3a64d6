-- Records how far a consumer has come in some partitions of one stream, and what holds it up there; prolongs the lease.
-- Progress never goes back.
-- Parameters: p_fence of the reader's lease; p_places is a JSON array of {domain, partition_key, sequence_no, seen_no,
-- tries, retry_after (microseconds until the next try, null: none, -1: as it stood), blocked_by, error_message}.
-- Errors: 31006 fence_lost when another process reads the stream now; nothing is changed then.
-- Texts are kept short enough for a temporary table in memory: MariaDB 10.11 has crashed when a connection was killed over
-- one on disk.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_outbox_consumer_advance(
    IN p_consumer VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_stream VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_fence BIGINT UNSIGNED,
    IN p_lease_seconds INT UNSIGNED,
    IN p_places JSON
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_fence BIGINT UNSIGNED;

    SELECT fence INTO v_fence FROM outbox_readers WHERE consumer = p_consumer AND stream = p_stream FOR UPDATE;
    IF v_fence IS NULL OR v_fence <> p_fence THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31006, MESSAGE_TEXT = 'another process reads this stream now';
    END IF;
    UPDATE outbox_readers
       SET lease_until = v_now + INTERVAL p_lease_seconds SECOND
     WHERE consumer = p_consumer AND stream = p_stream;

    INSERT INTO outbox_consumers (
        consumer, domain, partition_key, sequence_no, seen_no, tries, next_attempt_at, blocked_by, error_message,
        updated_at
    )
    SELECT fresh.consumer, fresh.domain, fresh.partition_key, fresh.sequence_no, fresh.seen_no, fresh.tries,
           fresh.next_attempt_at, fresh.blocked_by, fresh.error_message, fresh.updated_at
      FROM (
            SELECT p_consumer AS consumer, t.domain, t.partition_key, t.sequence_no, t.seen_no, t.tries,
                   t.retry_after, v_now + INTERVAL t.retry_after MICROSECOND AS next_attempt_at, t.blocked_by,
                   t.error_message, v_now AS updated_at
              FROM JSON_TABLE(p_places, '$[*]' COLUMNS (
                       domain VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.domain',
                       partition_key VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.partition_key',
                       sequence_no BIGINT UNSIGNED PATH '$.sequence_no',
                       seen_no BIGINT UNSIGNED PATH '$.seen_no',
                       tries SMALLINT UNSIGNED PATH '$.tries',
                       retry_after BIGINT PATH '$.retry_after',
                       blocked_by BIGINT UNSIGNED PATH '$.blocked_by',
                       error_message VARCHAR(500) CHARACTER SET utf8mb4 PATH '$.error_message'
                   )) AS t
             ORDER BY t.domain, t.partition_key
           ) AS fresh
    ON DUPLICATE KEY UPDATE
        sequence_no = GREATEST(outbox_consumers.sequence_no, fresh.sequence_no),
        seen_no = GREATEST(outbox_consumers.seen_no, fresh.seen_no),
        tries = fresh.tries,
        next_attempt_at = CASE
            WHEN fresh.retry_after = -1 THEN outbox_consumers.next_attempt_at
            WHEN fresh.retry_after IS NOT NULL OR fresh.blocked_by IS NOT NULL THEN fresh.next_attempt_at
            -- What was seen beyond the progress is read from the log at once.
            WHEN GREATEST(outbox_consumers.seen_no, fresh.seen_no)
               > GREATEST(outbox_consumers.sequence_no, fresh.sequence_no) THEN fresh.updated_at
        END,
        blocked_by = fresh.blocked_by,
        error_message = fresh.error_message,
        updated_at = fresh.updated_at;
END;
