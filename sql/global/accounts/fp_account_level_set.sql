-- Gives an account another level. Its sessions end, because they carry the level.
-- Result: token_hash of each session that this ended.
-- Errors: 31002 account_unknown.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_account_level_set(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_account_level SMALLINT UNSIGNED,
    IN p_changed_by BIGINT UNSIGNED,
    IN p_reason VARCHAR(200)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_level SMALLINT UNSIGNED;

    SELECT account_level INTO v_level
      FROM table_accountid
     WHERE account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_level IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31002, MESSAGE_TEXT = 'there is no such account';
    ELSEIF v_level <> p_account_level THEN
        UPDATE table_accountid
           SET account_level = p_account_level, changed_by = p_changed_by, change_reason = p_reason
         WHERE account_db_key = p_account_db_key;
        CALL fp_user_sessions_end(p_account_db_key, NULL);
    END IF;
END;
