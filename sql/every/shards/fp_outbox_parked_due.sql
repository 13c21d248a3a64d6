-- Parked events with which an operator wants something done, in the order of the wishes.
-- Result: event_id, domain, partition_key, sequence_no, event_type, schema_version, aggregate_id, event_data, created_at,
-- wish.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_outbox_parked_due(
    IN p_consumer VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT event_id, domain, partition_key, sequence_no, event_type, schema_version, aggregate_id, event_data, created_at,
           wish
      FROM outbox_parked
     WHERE consumer = p_consumer AND wished_at IS NOT NULL
     ORDER BY wished_at, domain, partition_key, sequence_no
     LIMIT p_limit;
END;
