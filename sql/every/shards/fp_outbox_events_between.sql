-- What became of the events of a stretch of one partition: what was published, and what still waits. A number that is in
-- neither was cleaned up, or was numbered anew when its dead letter was replayed. One statement, so one moment.
-- Parameters: numbers above p_after_sequence_no, up to p_upto_sequence_no, p_limit at most.
-- Result: sequence_no, state (published, pending, failed, dead_letter), and of what was published event_id, event_type,
-- schema_version, aggregate_id, event_data, created_at; for the caller to put in order.
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
    SELECT page.sequence_no, page.state, e.id AS event_id, e.event_type, e.schema_version, e.aggregate_id, e.event_data,
           e.created_at
      FROM (
            SELECT id, sequence_no, 'published' AS state
              FROM outbox_events
             WHERE domain = p_domain AND partition_key = p_partition_key
               AND sequence_no > p_after_sequence_no AND sequence_no <= p_upto_sequence_no
             UNION ALL
            SELECT id, sequence_no, status
              FROM universal_outbox
             WHERE domain = p_domain AND partition_key = p_partition_key
               AND sequence_no > p_after_sequence_no AND sequence_no <= p_upto_sequence_no
             ORDER BY sequence_no
             LIMIT p_limit
           ) AS page
      LEFT JOIN outbox_events e ON e.id = page.id;
END;
