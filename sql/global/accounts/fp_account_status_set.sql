-- Blocks, suspends or restores an account. Other states than Normal end its sessions in the same transaction.
-- Parameters: p_block_endtime is when a block ends by itself, NULL for never; p_changed_by is the operator's key.
-- Result: token_hash of each session that this ended.
-- Errors: 31002 account_unknown, 31107 account_withdrawn.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_account_status_set(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_account_status VARCHAR(15) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_block_endtime DATETIME(6),
    IN p_changed_by BIGINT UNSIGNED,
    IN p_reason VARCHAR(200)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_status VARCHAR(15) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

    SELECT account_status INTO v_status
      FROM table_accountid
     WHERE account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_status IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31002, MESSAGE_TEXT = 'there is no such account';
    ELSEIF v_status = 'Withdrawn' THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31107, MESSAGE_TEXT = 'the account has withdrawn';
    END IF;

    UPDATE table_accountid
       SET account_status = p_account_status, block_endtime = p_block_endtime,
           changed_by = p_changed_by, change_reason = p_reason
     WHERE account_db_key = p_account_db_key;
    IF p_account_status <> 'Normal' THEN
        CALL fp_user_sessions_end(p_account_db_key, NULL);
    END IF;
END;
