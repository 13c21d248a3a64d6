-- Marks a notification read. Repeating it keeps the first time. From then on it leaves by itself after 30 days, or sooner
-- when the read list has shown it.
-- Result: the notification's columns.
-- Errors: 31301 notification_unknown (not there, gone, or somebody else's), and those of fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_inapp_notification_mark_read(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_notification_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_idx BIGINT;
    DECLARE v_is_read BOOLEAN;

    CALL fp_account_residence_require(p_account_db_key);

    SELECT idx, is_read INTO v_idx, v_is_read
      FROM table_inapp_notifications
     WHERE notification_id = p_notification_id AND account_db_key = p_account_db_key AND is_deleted = FALSE
       AND (leaves_at IS NULL OR leaves_at > v_now)
       FOR UPDATE;
    IF v_idx IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31301, MESSAGE_TEXT = 'there is no such notification';
    END IF;

    IF NOT v_is_read THEN
        CALL fp_inapp_notification_read(JSON_ARRAY(v_idx), v_now);
    END IF;

    SELECT notification_id, type_id, source_id, title, message, data, priority, is_read, read_at, expires_at, created_at
      FROM table_inapp_notifications
     WHERE idx = v_idx;
END;
