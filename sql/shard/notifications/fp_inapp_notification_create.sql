-- Makes one notification. Repeating it changes nothing and answers with the one that is there, gone or not: an account has
-- one notification of a type about a source.
-- Parameters: p_notification_id is a UUIDv7 that the caller made; p_expires_at may be NULL.
-- Result: the notification's columns; created, whether this call made it.
-- Errors: those of fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_inapp_notification_create(
    IN p_notification_id BINARY(16),
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_type_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_source_id BINARY(16),
    IN p_title VARCHAR(255),
    IN p_message TEXT,
    IN p_data JSON,
    IN p_priority TINYINT UNSIGNED,
    IN p_expires_at DATETIME(6)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_created BOOLEAN DEFAULT TRUE;

    CALL fp_account_residence_require(p_account_db_key);

    BEGIN
        DECLARE EXIT HANDLER FOR 1062 SET v_created = FALSE;
        INSERT INTO table_inapp_notifications (
            notification_id, account_db_key, type_id, source_id, title, message, data, priority, expires_at, leaves_at,
            created_at
        ) VALUES (
            p_notification_id, p_account_db_key, p_type_id, p_source_id, p_title, p_message, p_data, p_priority,
            p_expires_at, p_expires_at, v_now
        );
    END;

    IF v_created THEN
        INSERT INTO table_inapp_notification_stats (
            account_db_key, date, total_count, unread_count, priority_1_count, priority_2_count, priority_3_count,
            priority_4_count, priority_5_count
        ) VALUES (
            p_account_db_key, DATE(v_now), 1, 1, p_priority = 1, p_priority = 2, p_priority = 3, p_priority = 4,
            p_priority = 5
        )
        ON DUPLICATE KEY UPDATE
            total_count = total_count + 1,
            unread_count = unread_count + 1,
            priority_1_count = priority_1_count + (p_priority = 1),
            priority_2_count = priority_2_count + (p_priority = 2),
            priority_3_count = priority_3_count + (p_priority = 3),
            priority_4_count = priority_4_count + (p_priority = 4),
            priority_5_count = priority_5_count + (p_priority = 5);
        INSERT INTO table_inapp_notification_counters (account_db_key, unread_count) VALUES (p_account_db_key, 1)
        ON DUPLICATE KEY UPDATE unread_count = unread_count + 1;
    END IF;

    SELECT notification_id, type_id, source_id, title, message, data, priority, is_read, read_at, expires_at, created_at,
           v_created AS created
      FROM table_inapp_notifications
     WHERE account_db_key = p_account_db_key AND type_id = p_type_id AND source_id = p_source_id;
END;
