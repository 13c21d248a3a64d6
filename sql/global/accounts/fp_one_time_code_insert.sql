-- Makes a code for the account's present e-mail address or phone number. A newer one takes the place of an older one.
-- Parameters: p_purpose is email or phone; p_nonce is what the code is derived from.
-- Errors: 31002 account_unknown, 31111 phone_missing, 31112 already_verified.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_one_time_code_insert(
    IN p_code_id BINARY(16),
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_purpose VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_nonce BINARY(32),
    IN p_lifetime_seconds INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_found BIGINT UNSIGNED;
    DECLARE v_target VARCHAR(254);
    DECLARE v_is_verified BOOLEAN;

    SELECT account_db_key, IF(p_purpose = 'email', email, phone_number),
           IF(p_purpose = 'email', email_verified, phone_verified)
      INTO v_found, v_target, v_is_verified
      FROM table_accountid
     WHERE account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_found IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31002, MESSAGE_TEXT = 'there is no such account';
    ELSEIF v_target IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31111, MESSAGE_TEXT = 'the account has no phone number';
    ELSEIF v_is_verified THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31112, MESSAGE_TEXT = 'it is verified already';
    END IF;

    UPDATE table_one_time_codes
       SET used_at = v_now
     WHERE account_db_key = p_account_db_key AND purpose = p_purpose AND used_at IS NULL;

    INSERT INTO table_one_time_codes (code_id, account_db_key, purpose, target, nonce, created_at, expires_at)
    VALUES (p_code_id, p_account_db_key, p_purpose, v_target, p_nonce, v_now,
            v_now + INTERVAL p_lifetime_seconds SECOND);
END;
