-- Sets an event aside whose handler failed too often, with a copy of all of it; or records that its replay failed, too.
-- Parameters: the event; p_tries, p_reason.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_outbox_event_park(
    IN p_consumer VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_event_id BINARY(16),
    IN p_domain VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_partition_key VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_sequence_no BIGINT UNSIGNED,
    IN p_event_type VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_schema_version SMALLINT UNSIGNED,
    IN p_aggregate_id VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_event_data JSON,
    IN p_created_at DATETIME(6),
    IN p_tries SMALLINT UNSIGNED,
    IN p_reason TEXT
)
SQL SECURITY INVOKER
BEGIN
    INSERT INTO outbox_parked (
        consumer, event_id, domain, partition_key, sequence_no, event_type, schema_version, aggregate_id, event_data,
        created_at, tries, reason, parked_at
    ) VALUES (
        p_consumer, p_event_id, p_domain, p_partition_key, p_sequence_no, p_event_type, p_schema_version, p_aggregate_id,
        p_event_data, p_created_at, p_tries, p_reason, UTC_TIMESTAMP(6)
    )
    ON DUPLICATE KEY UPDATE tries = outbox_parked.tries + p_tries, reason = p_reason, wish = NULL, wished_at = NULL;
END;
