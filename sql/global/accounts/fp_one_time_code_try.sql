-- Counts a try at the account's present code, before anybody looks whether it is right: committed, it stays counted.
-- Parameters: p_most_tries is how many a code may have.
-- Result: code_id, account_db_key, purpose, target, nonce.
-- Errors: 31113 code_invalid (there is none, it is used or expired, or has had its tries).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_one_time_code_try(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_purpose VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_most_tries SMALLINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_code_id BINARY(16);
    DECLARE v_tries SMALLINT UNSIGNED;

    SELECT code_id, tries INTO v_code_id, v_tries
      FROM table_one_time_codes
     WHERE account_db_key = p_account_db_key AND purpose = p_purpose AND used_at IS NULL
       AND expires_at > UTC_TIMESTAMP(6)
     ORDER BY code_id DESC
     LIMIT 1
       FOR UPDATE;
    IF v_code_id IS NULL OR v_tries >= p_most_tries THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31113, MESSAGE_TEXT = 'there is no code that may be tried';
    END IF;

    UPDATE table_one_time_codes SET tries = v_tries + 1 WHERE code_id = v_code_id;

    SELECT code_id, account_db_key, purpose, target, nonce
      FROM table_one_time_codes
     WHERE code_id = v_code_id;
END;
