-- Makes a payment method the default, also for the renewals of the plan that the account has.
-- Errors: 31002 account_unknown, 31155 payment_method_missing, also for another account's.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_payment_method_default(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_payment_method_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_known BIGINT UNSIGNED;

    SELECT account_db_key INTO v_known
      FROM table_accountid
     WHERE account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_known IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31002, MESSAGE_TEXT = 'there is no such account';
    END IF;

    IF NOT EXISTS (
        SELECT 1
          FROM table_payment_methods
         WHERE payment_method_id = p_payment_method_id AND account_db_key = p_account_db_key AND removed_at IS NULL
    ) THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31155, MESSAGE_TEXT = 'the account has no such payment method';
    END IF;

    UPDATE table_payment_methods
       SET is_default = FALSE
     WHERE default_account = p_account_db_key AND payment_method_id <> p_payment_method_id;
    UPDATE table_payment_methods SET is_default = TRUE WHERE payment_method_id = p_payment_method_id;
    UPDATE table_user_payments
       SET payment_method = p_payment_method_id
     WHERE live_account = p_account_db_key AND payment_method IS NOT NULL;
END;
