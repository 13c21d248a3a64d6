-- Removes a payment method. Its row stays, because charges name it; one that a plan is paid with cannot go.
-- Errors: 31002 account_unknown, 31155 payment_method_missing, also for another account's, 31145 payment_method_in_use.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_payment_method_delete(
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

    IF EXISTS (
        SELECT 1
          FROM table_user_payments
         WHERE account_db_key = p_account_db_key AND payment_method = p_payment_method_id
           AND ((payment_status IN ('ACTIVE', 'PAST_DUE') AND auto_renewal) OR payment_status = 'PENDING')
    ) THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31145, MESSAGE_TEXT = 'a plan is paid with this payment method';
    END IF;

    UPDATE table_payment_methods
       SET removed_at = UTC_TIMESTAMP(6), is_default = FALSE
     WHERE payment_method_id = p_payment_method_id AND account_db_key = p_account_db_key AND removed_at IS NULL;
    IF ROW_COUNT() = 0 THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31155, MESSAGE_TEXT = 'the account has no such payment method';
    END IF;
END;
