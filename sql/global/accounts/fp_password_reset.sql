-- Uses a reset link once and puts the new password in place, as fp_change_password does, with all sessions ended.
-- Parameters: the caller has checked that the link belongs to p_code_id.
-- Result: token_hash of each session that this ended.
-- Errors: 31110 reset_link_invalid (unknown, used, expired, or for another e-mail address than the account has now),
-- 31108 password_changed_meanwhile.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_password_reset(
    IN p_code_id BINARY(16),
    IN p_old_password_hash VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_new_password_hash VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_changed_by_ip VARCHAR(45) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_event_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_account_db_key BIGINT UNSIGNED;

    SELECT c.account_db_key INTO v_account_db_key
      FROM table_one_time_codes c
      JOIN table_accountid a ON a.account_db_key = c.account_db_key AND a.email = c.target
     WHERE c.code_id = p_code_id AND c.purpose = 'password' AND c.used_at IS NULL
       AND c.expires_at > UTC_TIMESTAMP(6)
       FOR UPDATE;
    IF v_account_db_key IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31110, MESSAGE_TEXT = 'the link is used up, expired or unknown';
    END IF;

    UPDATE table_one_time_codes SET used_at = UTC_TIMESTAMP(6) WHERE code_id = p_code_id;
    CALL fp_change_password(
        v_account_db_key, p_old_password_hash, p_new_password_hash, 'RESET', p_changed_by_ip, NULL, p_event_id
    );
END;
