-- Forgets one batch of events that were published long ago, oldest first: never what was not sent, never what a consumer
-- that has begun with the partition has yet to handle, and never a counter.
-- Parameters: p_keep_seconds since an event was published; p_limit rows at most.
-- Result: deleted.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_universal_outbox_cleanup(
    IN p_keep_seconds INT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DELETE FROM outbox_events
     WHERE published_at < UTC_TIMESTAMP(6) - INTERVAL p_keep_seconds SECOND
       AND NOT EXISTS (
            SELECT 1
              FROM outbox_consumers c
             WHERE c.domain = outbox_events.domain AND c.partition_key = outbox_events.partition_key
               AND c.sequence_no < outbox_events.sequence_no
           )
     ORDER BY published_at
     LIMIT p_limit;

    SELECT ROW_COUNT() AS deleted;
END;
