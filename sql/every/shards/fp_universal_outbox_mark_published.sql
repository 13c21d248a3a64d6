-- Moves sent events from the queue to outbox_events, ends the partitions' leases and keeps the streams' last ids.
-- Parameters: p_sent is a JSON array of {domain, partition_key, fence, upto (last sequence_no sent)}; p_streams of
-- {stream, last_id (padded)}.
-- Result: moved, the number of events moved.
-- Errors: 31006 fence_lost when any partition has been claimed by another relay since; nothing is changed then.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_universal_outbox_mark_published(
    IN p_sent JSON,
    IN p_streams JSON
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_held INT UNSIGNED;
    DECLARE v_moved INT UNSIGNED;

    UPDATE JSON_TABLE(p_sent, '$[*]' COLUMNS (
               domain VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.domain',
               partition_key VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.partition_key',
               fence BIGINT UNSIGNED PATH '$.fence'
           )) AS t
      STRAIGHT_JOIN outbox_partitions p
        ON p.domain = t.domain AND p.partition_key = t.partition_key AND p.fence = t.fence
       SET p.lease_until = NULL, p.next_attempt_at = NULL, p.attempts = 0
     WHERE p.lease_until IS NOT NULL;
    SET v_held = ROW_COUNT();

    IF v_held <> JSON_LENGTH(p_sent) THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31006, MESSAGE_TEXT = 'a partition was claimed by another relay';
    END IF;

    INSERT INTO outbox_events (
        id, domain, partition_key, sequence_no, event_type, schema_version, aggregate_id, event_data, created_at,
        published_at
    )
    SELECT u.id, u.domain, u.partition_key, u.sequence_no, u.event_type, u.schema_version, u.aggregate_id, u.event_data,
           u.created_at, v_now
      FROM JSON_TABLE(p_sent, '$[*]' COLUMNS (
               domain VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.domain',
               partition_key VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.partition_key',
               upto BIGINT UNSIGNED PATH '$.upto'
           )) AS t
      STRAIGHT_JOIN universal_outbox u FORCE INDEX (uq_outbox_sequence)
        ON u.domain = t.domain AND u.partition_key = t.partition_key AND u.sequence_no <= t.upto
     WHERE u.status <> 'dead_letter';
    SET v_moved = ROW_COUNT();

    -- Order and index are fixed: a scan would wait for the rows of publishers that have not committed.
    DELETE u
      FROM JSON_TABLE(p_sent, '$[*]' COLUMNS (
               domain VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.domain',
               partition_key VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.partition_key',
               upto BIGINT UNSIGNED PATH '$.upto'
           )) AS t
      STRAIGHT_JOIN universal_outbox u FORCE INDEX (uq_outbox_sequence)
        ON u.domain = t.domain AND u.partition_key = t.partition_key AND u.sequence_no <= t.upto
     WHERE u.status <> 'dead_letter';

    INSERT INTO outbox_streams (stream, last_id)
    SELECT fresh.stream, fresh.last_id
      FROM (
            SELECT t.stream, t.last_id
              FROM JSON_TABLE(p_streams, '$[*]' COLUMNS (
                       stream VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.stream',
                       last_id VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.last_id'
                   )) AS t
             ORDER BY t.stream
           ) AS fresh
    ON DUPLICATE KEY UPDATE last_id = GREATEST(outbox_streams.last_id, fresh.last_id);

    SELECT v_moved AS moved;
END;
