-- Removes one of an account's webhooks.
-- Errors: 31303 webhook_unknown (not there or somebody else's), and those of fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_notification_webhook_delete(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_webhook_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    CALL fp_account_residence_require(p_account_db_key);

    DELETE FROM table_notification_webhooks WHERE webhook_id = p_webhook_id AND account_db_key = p_account_db_key;
    IF ROW_COUNT() = 0 THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31303, MESSAGE_TEXT = 'there is no such webhook';
    END IF;
END;
