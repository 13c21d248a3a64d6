-- An account's notifications, newest first.
-- Parameters: p_is_read narrows the list unless it is NULL; p_before_created_at and p_before_notification_id are the last row of
-- the page before, NULL for the first page.
-- Result: notification_id, type_id, source_id, title, message, data, priority, is_read, read_at, created_at.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_inapp_notification_list(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_is_read BOOLEAN,
    IN p_before_created_at DATETIME(6),
    IN p_before_notification_id BINARY(16),
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    IF p_is_read IS NULL THEN
        SELECT notification_id, type_id, source_id, title, message, data, priority, is_read, read_at, created_at
          FROM table_inapp_notifications
         WHERE account_db_key = p_account_db_key
           AND created_at <= COALESCE(p_before_created_at, '9999-12-31')
           AND (
                p_before_created_at IS NULL
                OR created_at < p_before_created_at
                OR notification_id < p_before_notification_id
               )
         ORDER BY created_at DESC, notification_id DESC
         LIMIT p_limit;
    ELSE
        SELECT notification_id, type_id, source_id, title, message, data, priority, is_read, read_at, created_at
          FROM table_inapp_notifications
         WHERE account_db_key = p_account_db_key
           AND is_read = p_is_read
           AND created_at <= COALESCE(p_before_created_at, '9999-12-31')
           AND (
                p_before_created_at IS NULL
                OR created_at < p_before_created_at
                OR notification_id < p_before_notification_id
               )
         ORDER BY created_at DESC, notification_id DESC
         LIMIT p_limit;
    END IF;
END;
