-- Gives a dead delivery its tries again, for an operator; it goes out now, whatever its expiry, under the same id. Neither
-- the day's budget nor another delivery takes it: it counts as tried once.
-- Parameters: p_operator is who wants it, for the trace.
-- Errors: 31305 delivery_not_dead (not there, or in another state).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_notification_delivery_resend(
    IN p_delivery_id BINARY(16),
    IN p_operator VARCHAR(100)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_idx BIGINT;

    SELECT idx INTO v_idx
      FROM table_notification_deliveries
     WHERE delivery_id = p_delivery_id AND state = 'dead_letter'
       FOR UPDATE;
    IF v_idx IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31305, MESSAGE_TEXT = 'only a dead delivery is sent again';
    END IF;

    UPDATE table_notification_deliveries
       SET state = 'pending', attempts = 1, next_attempt_at = v_now, expires_at = NULL
     WHERE idx = v_idx;
    INSERT INTO table_notification_traces (notification_id, account_db_key, channel, decision, detail, created_at)
    SELECT notification_id, account_db_key, channel, 'sent_again', CONCAT('by ', p_operator), v_now
      FROM table_notification_deliveries
     WHERE idx = v_idx;
END;
