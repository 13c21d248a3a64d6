-- Deletes a notification. It is gone for its account; its row stays for a while, so that its event makes no second one.
-- Errors: 31301 notification_unknown (not there, gone, or somebody else's), and those of fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_inapp_notification_delete(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_notification_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_idx BIGINT;

    CALL fp_account_residence_require(p_account_db_key);

    SELECT idx INTO v_idx
      FROM table_inapp_notifications
     WHERE notification_id = p_notification_id AND account_db_key = p_account_db_key AND is_deleted = FALSE
       AND (leaves_at IS NULL OR leaves_at > UTC_TIMESTAMP(6))
       FOR UPDATE;
    IF v_idx IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31301, MESSAGE_TEXT = 'there is no such notification';
    END IF;

    CALL fp_inapp_notification_leave(JSON_ARRAY(v_idx), 'user');
END;
