-- The account leaves: from now on its grace period runs, and all its sessions end. Asking again changes nothing; the plan
-- is not renewed any more.
-- Result: token_hash of each session that this ended; its tombstone in Redis is the caller's to write.
-- Errors: 31002 account_unknown.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_account_withdrawal_request(
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_known BIGINT UNSIGNED;

    SELECT account_db_key INTO v_known
      FROM table_accountid
     WHERE account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_known IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31002, MESSAGE_TEXT = 'there is no such account';
    END IF;

    UPDATE table_accountid SET withdraw_time = COALESCE(withdraw_time, v_now) WHERE account_db_key = p_account_db_key;
    UPDATE table_user_payments
       SET auto_renewal = FALSE, access_until = expires_at, updated_at = v_now
     WHERE live_account = p_account_db_key AND auto_renewal;
    CALL fp_user_sessions_end(p_account_db_key, NULL);
END;
