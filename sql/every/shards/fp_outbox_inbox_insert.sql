-- Says once per consumer and event that its effect may happen, in the effect's own transaction. A second transaction with
-- the same event waits for the first one's end.
-- Result: is_new, 0 when the effect has happened before.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_outbox_inbox_insert(
    IN p_consumer VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_event_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_is_new BOOLEAN DEFAULT TRUE;

    BEGIN
        DECLARE EXIT HANDLER FOR 1062 SET v_is_new = FALSE;

        INSERT INTO outbox_inbox (consumer, event_id, handled_at) VALUES (p_consumer, p_event_id, UTC_TIMESTAMP(6));
    END;

    SELECT v_is_new AS is_new;
END;
