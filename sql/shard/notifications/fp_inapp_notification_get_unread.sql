-- An account's unread notifications, newest first.
-- Parameters: p_before_created_at and p_before_notification_id are the last row of the page before, NULL for the first page.
-- Result: notification_id, type_id, source_id, title, message, data, priority, is_read, read_at, expires_at, created_at.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_inapp_notification_get_unread(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_before_created_at DATETIME(6),
    IN p_before_notification_id BINARY(16),
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);

    SELECT notification_id, type_id, source_id, title, message, data, priority, is_read, read_at, expires_at, created_at
      FROM table_inapp_notifications FORCE INDEX (ix_notification_read)
     WHERE account_db_key = p_account_db_key
       AND is_deleted = FALSE
       AND is_read = FALSE
       AND created_at <= COALESCE(p_before_created_at, '9999-12-31')
       AND (
            p_before_created_at IS NULL
            OR created_at < p_before_created_at
            OR notification_id < p_before_notification_id
           )
       AND (leaves_at IS NULL OR leaves_at > v_now)
     ORDER BY created_at DESC, notification_id DESC
     LIMIT p_limit;
END;
