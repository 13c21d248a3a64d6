-- Keeps a message that cannot be stored, with the reason; one that is parked already is counted as tried again.
-- Parameters: p_message is the message as it was accepted, whatever text that is.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_chat_message_park(
    IN p_message_id BINARY(16),
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_room_id BINARY(16),
    IN p_message LONGTEXT CHARACTER SET utf8mb4,
    IN p_reason VARCHAR(200)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);

    INSERT INTO table_chat_parked (message_id, account_db_key, room_id, message, reason, parked_at, updated_at)
    VALUES (p_message_id, p_account_db_key, p_room_id, p_message, p_reason, v_now, v_now)
    ON DUPLICATE KEY UPDATE reason = p_reason, tries = tries + 1, updated_at = v_now;
END;
