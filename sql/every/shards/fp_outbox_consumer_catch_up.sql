-- Makes due what a consumer should have handled long ago: its entries were trimmed from the stream before they were read,
-- or the consumer is newer than they are. It is then read from outbox_events. Partitions that wait for a try or for an
-- operator are left alone.
-- Parameters: p_older_than_seconds since an event was published; p_limit partitions at most.
-- Result: found, the number of partitions made due.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_outbox_consumer_catch_up(
    IN p_consumer VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_domain VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_older_than_seconds INT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_behind JSON;

    SELECT JSON_ARRAYAGG(JSON_OBJECT('partition_key', b.partition_key, 'seen_no', b.seen_no)) INTO v_behind
      FROM (
            SELECT s.partition_key,
                   (
                    SELECT MAX(e.sequence_no)
                      FROM outbox_events e
                     WHERE e.domain = s.domain AND e.partition_key = s.partition_key
                       AND e.sequence_no > COALESCE(c.sequence_no, 0)
                       AND e.published_at <= v_now - INTERVAL p_older_than_seconds SECOND
                   ) AS seen_no
              FROM outbox_sequences s
              LEFT JOIN outbox_consumers c
                ON c.consumer = p_consumer AND c.domain = s.domain AND c.partition_key = s.partition_key
             WHERE s.domain = p_domain
               AND s.next_sequence - 1 > COALESCE(c.sequence_no, 0)
               AND c.next_attempt_at IS NULL
               AND c.blocked_by IS NULL
            HAVING seen_no IS NOT NULL
             LIMIT p_limit
           ) AS b;

    INSERT INTO outbox_consumers (consumer, domain, partition_key, sequence_no, seen_no, next_attempt_at, updated_at)
    SELECT fresh.consumer, fresh.domain, fresh.partition_key, 0, fresh.seen_no, fresh.next_attempt_at, fresh.updated_at
      FROM (
            SELECT p_consumer AS consumer, p_domain AS domain, t.partition_key, t.seen_no, v_now AS next_attempt_at,
                   v_now AS updated_at
              FROM JSON_TABLE(v_behind, '$[*]' COLUMNS (
                       partition_key VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.partition_key',
                       seen_no BIGINT UNSIGNED PATH '$.seen_no'
                   )) AS t
             ORDER BY t.partition_key
           ) AS fresh
    ON DUPLICATE KEY UPDATE
        seen_no = GREATEST(outbox_consumers.seen_no, fresh.seen_no),
        next_attempt_at = COALESCE(outbox_consumers.next_attempt_at, fresh.next_attempt_at);

    SELECT COALESCE(JSON_LENGTH(v_behind), 0) AS found;
END;
