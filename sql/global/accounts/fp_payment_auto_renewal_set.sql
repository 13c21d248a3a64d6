-- Whether the account's plan goes on at the end of its period, or ends there.
-- Errors: 31002 account_unknown, 31159 plan_is_free.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_payment_auto_renewal_set(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_auto_renewal BOOLEAN,
    IN p_grace_days INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_known BIGINT UNSIGNED;
    DECLARE v_expires_at DATETIME(6);

    SELECT account_db_key INTO v_known
      FROM table_accountid
     WHERE account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_known IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31002, MESSAGE_TEXT = 'there is no such account';
    END IF;

    SELECT expires_at INTO v_expires_at
      FROM table_user_payments
     WHERE live_account = p_account_db_key
       FOR UPDATE;
    IF v_expires_at IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31159, MESSAGE_TEXT = 'the free plan has no period';
    END IF;

    UPDATE table_user_payments
       SET auto_renewal = p_auto_renewal, access_until = expires_at + INTERVAL IF(p_auto_renewal, p_grace_days, 0) DAY,
           updated_at = UTC_TIMESTAMP(6)
     WHERE live_account = p_account_db_key;
END;
