-- Claims partitions that wait to be sent, under a lease, and counts the attempt. Commit before sending anything.
-- A partition is free when its lease has ended, its next attempt is due and no dead letter blocks it; dead letters that
-- block nothing are passed over.
-- Parameters: p_partitions at most so many, p_events at most so many events of each, p_lease_seconds.
-- Result: the claimed partitions' events, for the caller to put in order (MariaDB 10.11 has crashed when a connection was
-- killed over a temporary table of JSON): event_id, domain, partition_key, sequence_no, event_type,
-- schema_version, aggregate_id, event_data, created_at, fence.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_universal_outbox_claim(
    IN p_partitions INT UNSIGNED,
    IN p_events INT UNSIGNED,
    IN p_lease_seconds INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_claim JSON;

    INSERT INTO outbox_partitions (domain, partition_key)
    SELECT w.domain, w.partition_key
      FROM (SELECT DISTINCT domain, partition_key FROM universal_outbox) AS w
      LEFT JOIN outbox_partitions p ON p.domain = w.domain AND p.partition_key = w.partition_key
     WHERE p.domain IS NULL
     ORDER BY w.domain, w.partition_key
     LIMIT p_partitions
    ON DUPLICATE KEY UPDATE fence = outbox_partitions.fence;

    -- Driven by the hot queue, so that locks are taken on the candidates' rows alone, however many partitions there are.
    SELECT JSON_ARRAYAGG(JSON_OBJECT('domain', c.domain, 'partition_key', c.partition_key)) INTO v_claim
      FROM (
            SELECT p.domain, p.partition_key
              FROM (SELECT DISTINCT domain, partition_key FROM universal_outbox) AS w
              STRAIGHT_JOIN outbox_partitions p ON p.domain = w.domain AND p.partition_key = w.partition_key
             WHERE (p.lease_until IS NULL OR p.lease_until <= v_now)
               AND (p.next_attempt_at IS NULL OR p.next_attempt_at <= v_now)
               AND p.blocked_by IS NULL
               AND EXISTS (
                    SELECT 1
                      FROM universal_outbox u
                     WHERE u.domain = p.domain AND u.partition_key = p.partition_key AND u.status <> 'dead_letter'
                   )
             LIMIT p_partitions
               FOR UPDATE SKIP LOCKED
           ) AS c;

    -- STRAIGHT_JOIN, here too: a scan of outbox_partitions would wait for the rows that other relays hold.
    UPDATE JSON_TABLE(v_claim, '$[*]' COLUMNS (
               domain VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.domain',
               partition_key VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.partition_key'
           )) AS c
      STRAIGHT_JOIN outbox_partitions p ON p.domain = c.domain AND p.partition_key = c.partition_key
       SET p.fence = p.fence + 1,
           p.attempts = p.attempts + 1,
           p.lease_until = v_now + INTERVAL p_lease_seconds SECOND;

    SELECT u.id AS event_id, u.domain, u.partition_key, u.sequence_no, u.event_type, u.schema_version, u.aggregate_id,
           u.event_data, u.created_at, p.fence
      FROM JSON_TABLE(v_claim, '$[*]' COLUMNS (
               domain VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.domain',
               partition_key VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.partition_key'
           )) AS c
      STRAIGHT_JOIN outbox_partitions p ON p.domain = c.domain AND p.partition_key = c.partition_key
      STRAIGHT_JOIN universal_outbox u FORCE INDEX (uq_outbox_sequence)
        ON u.domain = c.domain AND u.partition_key = c.partition_key
     WHERE u.status <> 'dead_letter'
       AND u.sequence_no < p_events + (
            SELECT MIN(f.sequence_no)
              FROM universal_outbox f
             WHERE f.domain = c.domain AND f.partition_key = c.partition_key AND f.status <> 'dead_letter'
           );
END;
