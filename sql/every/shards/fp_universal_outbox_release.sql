-- Gives partitions back unsent because the transport cannot be reached: they wait with exponential backoff and jitter
-- (1 s doubling to 30 s, half of it random), their events lose no try. A partition claimed by another relay since is left alone.
-- Parameters: p_partitions is a JSON array of {domain, partition_key, fence}.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_universal_outbox_release(
    IN p_partitions JSON
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);

    UPDATE JSON_TABLE(p_partitions, '$[*]' COLUMNS (
               domain VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.domain',
               partition_key VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.partition_key',
               fence BIGINT UNSIGNED PATH '$.fence'
           )) AS t
      STRAIGHT_JOIN outbox_partitions p
        ON p.domain = t.domain AND p.partition_key = t.partition_key AND p.fence = t.fence
       SET p.lease_until = NULL,
           p.next_attempt_at = v_now
               + INTERVAL LEAST(POW(2, LEAST(p.attempts, 20) - 1), 30) * (500000 + FLOOR(RAND() * 500000)) MICROSECOND;
END;
