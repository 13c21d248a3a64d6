-- Uses a recovery code once.
-- Errors: 31120 second_factor_invalid (unknown or used).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_recovery_code_use(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_code_hash BINARY(32)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_id BIGINT UNSIGNED;

    SELECT id INTO v_id
      FROM table_recovery_codes
     WHERE account_db_key = p_account_db_key AND code_hash = p_code_hash AND used_at IS NULL
       FOR UPDATE;
    IF v_id IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31120, MESSAGE_TEXT = 'there is no such code, or it was used';
    END IF;

    UPDATE table_recovery_codes SET used_at = UTC_TIMESTAMP(6) WHERE id = v_id;
END;
