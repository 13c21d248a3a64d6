-- Records how far a consumer has come. Progress never goes back.
-- Parameters: p_progress is a JSON array of {domain, partition_key, sequence_no}.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_outbox_consumer_advance(
    IN p_consumer VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_progress JSON
)
SQL SECURITY INVOKER
BEGIN
    INSERT INTO outbox_consumers (consumer, domain, partition_key, sequence_no, updated_at)
    SELECT fresh.consumer, fresh.domain, fresh.partition_key, fresh.sequence_no, fresh.updated_at
      FROM (
            SELECT p_consumer AS consumer, t.domain, t.partition_key, t.sequence_no, UTC_TIMESTAMP(6) AS updated_at
              FROM JSON_TABLE(p_progress, '$[*]' COLUMNS (
                       domain VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.domain',
                       partition_key VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.partition_key',
                       sequence_no BIGINT UNSIGNED PATH '$.sequence_no'
                   )) AS t
             ORDER BY t.domain, t.partition_key
           ) AS fresh
    ON DUPLICATE KEY UPDATE
        updated_at = IF(fresh.sequence_no > outbox_consumers.sequence_no, fresh.updated_at, outbox_consumers.updated_at),
        sequence_no = GREATEST(outbox_consumers.sequence_no, fresh.sequence_no);
END;
