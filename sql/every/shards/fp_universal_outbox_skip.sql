-- Lets a partition go on past the dead letter that blocks it. The event stays a dead letter and can be replayed later.
-- Result: passed, 0 when the event blocks nothing.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_universal_outbox_skip(
    IN p_event_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    UPDATE universal_outbox u
      STRAIGHT_JOIN outbox_partitions p
        ON p.domain = u.domain AND p.partition_key = u.partition_key AND p.blocked_by = u.sequence_no
       SET p.blocked_by = NULL, p.attempts = 0, p.next_attempt_at = NULL
     WHERE u.id = p_event_id;

    SELECT ROW_COUNT() AS passed;
END;
