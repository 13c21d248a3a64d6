-- Gives a dead letter its tries back. The one that blocks its partition is sent first, under its own number; one that
-- others have overtaken gets the partition's next number, because consumers have gone past its own.
-- Result: one row with sequence_no; no row when the event is no dead letter (any more).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_universal_outbox_replay(
    IN p_event_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_domain VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_partition_key VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_sequence_no BIGINT UNSIGNED;
    DECLARE v_blocked_by BIGINT UNSIGNED;

    SELECT domain, partition_key INTO v_domain, v_partition_key FROM universal_outbox WHERE id = p_event_id;
    -- The partition before the event, as relays lock.
    SELECT blocked_by INTO v_blocked_by
      FROM outbox_partitions
     WHERE domain = v_domain AND partition_key = v_partition_key
       FOR UPDATE;
    SELECT sequence_no INTO v_sequence_no
      FROM universal_outbox
     WHERE id = p_event_id AND status = 'dead_letter'
       FOR UPDATE;

    IF v_sequence_no IS NOT NULL THEN
        IF v_blocked_by <=> v_sequence_no THEN
            UPDATE outbox_partitions
               SET blocked_by = NULL, attempts = 0, next_attempt_at = NULL
             WHERE domain = v_domain AND partition_key = v_partition_key;
        ELSE
            SET v_sequence_no = fn_get_next_sequence(v_domain, v_partition_key);
        END IF;
        UPDATE universal_outbox
           SET status = 'pending', retry_count = 0, error_message = '', sequence_no = v_sequence_no
         WHERE id = p_event_id;
        SELECT v_sequence_no AS sequence_no;
    END IF;
END;
