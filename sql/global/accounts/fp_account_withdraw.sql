-- The grace period has ended: nobody logs in to this account any more, and it cannot stay after all.
-- Result: token_hash of each session that this ended; no row also for an account that stayed after all.
-- Errors: 31134 account_not_withdrawing: it stayed, or its grace period runs.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_account_withdraw(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_grace_seconds INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_withdraw_time DATETIME(6);

    SELECT withdraw_time INTO v_withdraw_time
      FROM table_accountid
     WHERE account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_withdraw_time IS NULL OR v_withdraw_time + INTERVAL p_grace_seconds SECOND > UTC_TIMESTAMP(6) THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31134, MESSAGE_TEXT = 'the account does not withdraw now';
    END IF;

    UPDATE table_accountid
       SET account_status = 'Withdrawn', change_reason = 'the grace period has ended'
     WHERE account_db_key = p_account_db_key;
    CALL fp_user_sessions_end(p_account_db_key, NULL);
END;
