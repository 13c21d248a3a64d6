-- What became of the events of a stretch of one partition: what was published, and what still waits. A number that is in
-- neither was cleaned up, or was numbered anew when its dead letter was replayed. One statement, so one moment.
-- Parameters: numbers above p_after_sequence_no, up to p_upto_sequence_no, p_limit at most.
-- Result: event_id, domain, partition_key, sequence_no, event_type, schema_version, aggregate_id, event_data, created_at,
-- state (published, pending, failed, dead_letter), in order.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_outbox_events_between(
    IN p_domain VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_partition_key VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_after_sequence_no BIGINT UNSIGNED,
    IN p_upto_sequence_no BIGINT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT e.id AS event_id, e.domain, e.partition_key, e.sequence_no, e.event_type, e.schema_version, e.aggregate_id,
           e.event_data, e.created_at, 'published' AS state
      FROM outbox_events e
     WHERE e.domain = p_domain AND e.partition_key = p_partition_key
       AND e.sequence_no > p_after_sequence_no AND e.sequence_no <= p_upto_sequence_no
     UNION ALL
    SELECT u.id, u.domain, u.partition_key, u.sequence_no, u.event_type, u.schema_version, u.aggregate_id, u.event_data,
           u.created_at, u.status
      FROM universal_outbox u
     WHERE u.domain = p_domain AND u.partition_key = p_partition_key
       AND u.sequence_no > p_after_sequence_no AND u.sequence_no <= p_upto_sequence_no
     ORDER BY sequence_no
     LIMIT p_limit;
END;
