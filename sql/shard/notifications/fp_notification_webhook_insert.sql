-- Registers an address that is told of an account's notifications; at most 5 of an account.
-- Parameters: p_webhook_id is a UUIDv7 that the caller made; p_secret is encrypted.
-- Errors: 31302 webhook_limit_reached, and those of fp_account_residence_hold.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_notification_webhook_insert(
    IN p_webhook_id BINARY(16),
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_url VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_secret VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
)
SQL SECURITY INVOKER
BEGIN
    CALL fp_account_residence_hold(p_account_db_key);

    IF (SELECT COUNT(*) FROM table_notification_webhooks WHERE account_db_key = p_account_db_key) >= 5 THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31302, MESSAGE_TEXT = 'the account has five webhooks already';
    END IF;

    INSERT INTO table_notification_webhooks (webhook_id, account_db_key, url, secret, created_at)
    VALUES (p_webhook_id, p_account_db_key, p_url, p_secret, UTC_TIMESTAMP(6));
END;
