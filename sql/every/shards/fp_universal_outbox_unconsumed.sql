-- Published events that a consumer has not handled, for sending them again after Redis has lost a stream.
-- Parameters: p_stream of p_streams is the stream's number among the domain's (CRC32 of the partition key modulo p_streams);
-- p_after_partition_key and p_after_sequence_no are the last row of the page before ('' and 0 to begin).
-- Result: event_id, domain, partition_key, sequence_no, event_type, schema_version, aggregate_id, event_data, created_at,
-- fence (0), for the caller to put in order.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_universal_outbox_unconsumed(
    IN p_consumer VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_domain VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_stream INT UNSIGNED,
    IN p_streams INT UNSIGNED,
    IN p_after_partition_key VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_after_sequence_no BIGINT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT e.id AS event_id, e.domain, e.partition_key, e.sequence_no, e.event_type, e.schema_version, e.aggregate_id,
           e.event_data, e.created_at, 0 AS fence
      FROM (
            SELECT o.id
              FROM (
                    SELECT s.domain, s.partition_key, COALESCE(c.sequence_no, 0) AS handled
                      FROM outbox_sequences s
                      LEFT JOIN outbox_consumers c
                        ON c.consumer = p_consumer AND c.domain = s.domain AND c.partition_key = s.partition_key
                     WHERE s.domain = p_domain
                       AND s.partition_key >= p_after_partition_key
                       AND CRC32(s.partition_key) MOD p_streams = p_stream
                       AND s.next_sequence - 1 > COALESCE(c.sequence_no, 0)
                   ) AS behind
              JOIN outbox_events o
                ON o.domain = behind.domain AND o.partition_key = behind.partition_key AND o.sequence_no > behind.handled
             WHERE o.partition_key > p_after_partition_key OR o.sequence_no > p_after_sequence_no
             ORDER BY o.partition_key, o.sequence_no
             LIMIT p_limit
           ) AS page
      STRAIGHT_JOIN outbox_events e ON e.id = page.id;
END;
