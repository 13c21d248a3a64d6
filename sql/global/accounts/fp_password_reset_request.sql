-- Notes that a reset link was asked for, whether or not an account has this address, so that both cost the same. A newer
-- link takes the place of an older one.
-- Parameters: p_nonce is what the link is derived from.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_password_reset_request(
    IN p_code_id BINARY(16),
    IN p_platform_type SMALLINT UNSIGNED,
    IN p_email VARCHAR(254),
    IN p_nonce BINARY(32),
    IN p_lifetime_seconds INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_account_db_key BIGINT UNSIGNED;

    SELECT account_db_key INTO v_account_db_key
      FROM table_accountid
     WHERE platform_type = p_platform_type AND email = p_email AND account_status = 'Normal';

    UPDATE table_one_time_codes
       SET used_at = v_now
     WHERE account_db_key = COALESCE(v_account_db_key, 0) AND purpose = 'password' AND used_at IS NULL;

    INSERT INTO table_one_time_codes (code_id, account_db_key, purpose, target, nonce, created_at, expires_at)
    VALUES (p_code_id, v_account_db_key, 'password', p_email, p_nonce, v_now,
            v_now + INTERVAL p_lifetime_seconds SECOND);
END;
