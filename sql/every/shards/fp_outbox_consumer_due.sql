-- The partitions in which a consumer has something to try again now, longest waiting first.
-- Result: domain, partition_key.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_outbox_consumer_due(
    IN p_consumer VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT domain, partition_key
      FROM outbox_consumers
     WHERE consumer = p_consumer AND next_attempt_at <= UTC_TIMESTAMP(6)
     ORDER BY next_attempt_at
     LIMIT p_limit;
END;
