-- Records a provider's event, so that it is obeyed once.
-- Result: is_new.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_payment_webhook_insert(
    IN p_provider VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_event_id VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_event_type VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_charge_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_is_new BOOLEAN DEFAULT TRUE;

    BEGIN
        DECLARE EXIT HANDLER FOR 1062 SET v_is_new = FALSE;
        INSERT INTO table_payment_webhooks (provider, event_id, event_type, charge_id, received_at)
        VALUES (p_provider, p_event_id, p_event_type, p_charge_id, UTC_TIMESTAMP(6));
    END;

    SELECT v_is_new AS is_new;
END;
