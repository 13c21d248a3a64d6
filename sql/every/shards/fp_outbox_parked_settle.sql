-- Ends what an operator asked for: forgets a parked event whose handler has succeeded, or keeps it without a wish.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_outbox_parked_settle(
    IN p_consumer VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_event_id BINARY(16),
    IN p_is_handled BOOLEAN
)
SQL SECURITY INVOKER
BEGIN
    IF p_is_handled THEN
        DELETE FROM outbox_parked WHERE consumer = p_consumer AND event_id = p_event_id;
    ELSE
        UPDATE outbox_parked SET wish = NULL, wished_at = NULL WHERE consumer = p_consumer AND event_id = p_event_id;
    END IF;
END;
