-- Says what an account wants of one type on one channel.
-- Errors: those of fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_notification_preference_put(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_type_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_channel VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_is_enabled BOOLEAN,
    IN p_min_priority SMALLINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    CALL fp_account_residence_require(p_account_db_key);

    INSERT INTO table_notification_preferences (account_db_key, type_id, channel, is_enabled, min_priority)
    VALUES (p_account_db_key, p_type_id, p_channel, p_is_enabled, p_min_priority)
    ON DUPLICATE KEY UPDATE is_enabled = p_is_enabled, min_priority = p_min_priority;
END;
