-- Marks a notification read. Repeating it keeps the first time.
-- Result: the notification's columns.
-- Errors: 31301 notification_unknown (not there or somebody else's), and those of fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_inapp_notification_mark_read(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_notification_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_idx BIGINT;

    CALL fp_account_residence_require(p_account_db_key);

    SELECT idx INTO v_idx
      FROM table_inapp_notifications
     WHERE notification_id = p_notification_id AND account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_idx IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31301, MESSAGE_TEXT = 'there is no such notification';
    END IF;

    UPDATE table_inapp_notifications
       SET is_read = TRUE, read_at = UTC_TIMESTAMP(6)
     WHERE idx = v_idx AND NOT is_read;

    SELECT notification_id, type_id, source_id, title, message, data, priority, is_read, read_at, created_at
      FROM table_inapp_notifications
     WHERE idx = v_idx;
END;
