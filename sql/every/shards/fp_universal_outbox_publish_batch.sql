-- fp_universal_outbox_publish for many events at once, set-based. Partitions are locked in key order.
-- Parameters: p_events is a JSON array of {event_id (32 hex digits), domain, partition_key, event_type, aggregate_id,
-- event_data, schema_version (1 where it is left out)}; within a partition the array's order is the events' order.
-- Errors: 1062 when an event id was published before.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_universal_outbox_publish_batch(
    IN p_events JSON
)
SQL SECURITY INVOKER
BEGIN
    INSERT INTO outbox_sequences (domain, partition_key, next_sequence)
    SELECT fresh.domain, fresh.partition_key, fresh.next_sequence
      FROM (
            SELECT e.domain, e.partition_key, COUNT(*) + 1 AS next_sequence
              FROM JSON_TABLE(p_events, '$[*]' COLUMNS (
                       domain VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.domain',
                       partition_key VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.partition_key'
                   )) AS e
             GROUP BY e.domain, e.partition_key
             ORDER BY e.domain, e.partition_key
           ) AS fresh
    ON DUPLICATE KEY UPDATE next_sequence = outbox_sequences.next_sequence + fresh.next_sequence - 1;

    INSERT INTO universal_outbox (
        id, domain, partition_key, sequence_no, event_type, schema_version, aggregate_id, event_data, created_at
    )
    SELECT UNHEX(e.event_id),
           e.domain,
           e.partition_key,
           s.next_sequence - 1
               - COUNT(*) OVER (PARTITION BY e.domain, e.partition_key)
               + ROW_NUMBER() OVER (PARTITION BY e.domain, e.partition_key ORDER BY e.position),
           e.event_type,
           COALESCE(e.schema_version, 1),
           e.aggregate_id,
           e.event_data,
           UTC_TIMESTAMP(6)
      FROM JSON_TABLE(p_events, '$[*]' COLUMNS (
               position FOR ORDINALITY,
               event_id CHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.event_id',
               domain VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.domain',
               partition_key VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.partition_key',
               event_type VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.event_type',
               schema_version SMALLINT UNSIGNED PATH '$.schema_version',
               aggregate_id VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.aggregate_id',
               event_data JSON PATH '$.event_data'
           )) AS e
      JOIN outbox_sequences s ON s.domain = e.domain AND s.partition_key = e.partition_key;
END;
