-- The account stays after all.
-- Parameters: p_grace_seconds is how long it may think about it.
-- Errors: 31002 account_unknown, 31132 withdrawal_not_requested, 31133 withdrawal_final when the grace period has ended.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_account_withdrawal_cancel(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_grace_seconds INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_known BIGINT UNSIGNED;
    DECLARE v_withdraw_time DATETIME(6);

    SELECT account_db_key, withdraw_time INTO v_known, v_withdraw_time
      FROM table_accountid
     WHERE account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_known IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31002, MESSAGE_TEXT = 'there is no such account';
    ELSEIF v_withdraw_time IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31132, MESSAGE_TEXT = 'the account has not asked to withdraw';
    ELSEIF v_withdraw_time + INTERVAL p_grace_seconds SECOND <= UTC_TIMESTAMP(6) THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31133, MESSAGE_TEXT = 'the grace period has ended';
    END IF;

    UPDATE table_accountid
       SET withdraw_time = NULL, withdraw_cancel_count = withdraw_cancel_count + 1
     WHERE account_db_key = p_account_db_key;
END;
