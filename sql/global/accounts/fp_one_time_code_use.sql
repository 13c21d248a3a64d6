-- Uses a code once, after the caller has compared it: what it was sent to is verified, if the account still has it.
-- Errors: 31113 code_invalid (used, expired, or the address was changed since).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_one_time_code_use(
    IN p_code_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_account_db_key BIGINT UNSIGNED;
    DECLARE v_purpose VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

    SELECT a.account_db_key, c.purpose INTO v_account_db_key, v_purpose
      FROM table_one_time_codes c
      JOIN table_accountid a ON a.account_db_key = c.account_db_key
     WHERE c.code_id = p_code_id AND c.used_at IS NULL AND c.expires_at > UTC_TIMESTAMP(6)
       AND ((c.purpose = 'email' AND c.target = a.email)
            OR (c.purpose = 'phone' AND c.target = a.phone_number COLLATE utf8mb4_bin))
       FOR UPDATE;
    IF v_account_db_key IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31113, MESSAGE_TEXT = 'the code is used up, expired, or for another address';
    END IF;

    UPDATE table_one_time_codes SET used_at = UTC_TIMESTAMP(6) WHERE code_id = p_code_id;
    UPDATE table_accountid
       SET email_verified = email_verified OR v_purpose = 'email',
           phone_verified = phone_verified OR v_purpose = 'phone'
     WHERE account_db_key = v_account_db_key;
END;
