-- Says what became of a claimed delivery. A stale fence changes nothing and is refused.
-- Parameters: p_state is the new state; p_next_attempt_at for pending and digest, else NULL; p_is_tried: whether the claim
-- counts as a try; p_is_outcome_open: whether a try's end is still not known; p_provider is the one to go on with;
-- p_targets_done is a JSON array; p_traces is fp_notification_trace_insert's.
-- Errors: 31006 fence_lost (another sender has it now).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_notification_delivery_settle(
    IN p_delivery_id BINARY(16),
    IN p_fence INT UNSIGNED,
    IN p_state VARCHAR(15) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_next_attempt_at DATETIME(6),
    IN p_is_tried BOOLEAN,
    IN p_is_outcome_open BOOLEAN,
    IN p_provider SMALLINT UNSIGNED,
    IN p_targets_done JSON,
    IN p_traces JSON
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_idx BIGINT;

    SELECT idx INTO v_idx
      FROM table_notification_deliveries
     WHERE delivery_id = p_delivery_id AND fence = p_fence AND state = 'pending'
       FOR UPDATE;
    IF v_idx IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31006, MESSAGE_TEXT = 'another sender has the delivery now';
    END IF;

    UPDATE table_notification_deliveries
       SET state = p_state,
           sent_at = IF(p_state = 'sent', v_now, NULL),
           next_attempt_at = COALESCE(p_next_attempt_at, next_attempt_at),
           attempts = attempts - IF(p_is_tried, 0, 1),
           is_outcome_open = p_is_outcome_open,
           provider = p_provider,
           targets_done = p_targets_done
     WHERE idx = v_idx;

    CALL fp_notification_trace_insert(p_traces);
END;
