-- Registers a device for push notifications. A token that is known already, whoever had it, becomes this account's.
-- Parameters: p_device_id is a UUIDv7 for a new one; p_token_hash is the SHA-256 of the token; p_device_limit is how many
-- one account may have: beyond it the one that was seen longest ago goes.
-- Result: device_id, device_type, device_name, created_at, last_seen.
-- Errors: 31002 account_unknown.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_device_put(
    IN p_device_id BINARY(16),
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_device_type VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_device_name VARCHAR(100),
    IN p_push_token VARCHAR(2000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_token_hash BINARY(32),
    IN p_device_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_known BIGINT UNSIGNED;
    DECLARE v_devices INT UNSIGNED;

    SELECT account_db_key INTO v_known
      FROM table_accountid
     WHERE account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_known IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31002, MESSAGE_TEXT = 'there is no such account';
    END IF;

    INSERT INTO table_user_devices (
        device_id, account_db_key, device_type, device_name, push_token, token_hash, created_at, last_seen
    ) VALUES (
        p_device_id, p_account_db_key, p_device_type, p_device_name, p_push_token, p_token_hash, v_now, v_now
    )
    ON DUPLICATE KEY UPDATE
        device_id = IF(account_db_key = p_account_db_key, device_id, p_device_id),
        created_at = IF(account_db_key = p_account_db_key, created_at, v_now),
        account_db_key = p_account_db_key, device_type = p_device_type, device_name = p_device_name, last_seen = v_now;

    SELECT COUNT(*) INTO v_devices FROM table_user_devices WHERE account_db_key = p_account_db_key;
    IF v_devices > p_device_limit THEN
        DELETE FROM table_user_devices
         WHERE account_db_key = p_account_db_key AND token_hash <> p_token_hash
         ORDER BY last_seen, device_id
         LIMIT 1;
    END IF;

    SELECT device_id, device_type, device_name, created_at, last_seen
      FROM table_user_devices
     WHERE token_hash = p_token_hash;
END;
