-- Prolongs the account's paid plan by days, by an operator; the later billing dates move with it.
-- Errors: 31002 account_unknown, 31159 plan_is_free.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_payment_extend(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_days INT UNSIGNED
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
       SET starts_at = starts_at + INTERVAL p_days DAY, expires_at = expires_at + INTERVAL p_days DAY,
           access_until = access_until + INTERVAL p_days DAY, updated_at = UTC_TIMESTAMP(6)
     WHERE live_account = p_account_db_key;
END;
