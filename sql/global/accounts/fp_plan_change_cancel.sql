-- Gives up a change of plan that was not paid. Repeating it changes nothing.
-- Errors: 31151 payment_unknown, 31156 payment_not_pending when it is active, or was.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_plan_change_cancel(
    IN p_payment_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_account_db_key BIGINT UNSIGNED;
    DECLARE v_status VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

    -- The account's row first, as everybody does: one change of an account's plans at a time.
    SELECT account_db_key INTO v_account_db_key FROM table_user_payments WHERE id = p_payment_id;
    IF v_account_db_key IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31151, MESSAGE_TEXT = 'there is no such payment';
    END IF;
    SELECT account_db_key INTO v_account_db_key
      FROM table_accountid
     WHERE account_db_key = v_account_db_key
       FOR UPDATE;

    SELECT payment_status INTO v_status FROM table_user_payments WHERE id = p_payment_id FOR UPDATE;
    IF v_status NOT IN ('PENDING', 'CANCELLED') THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31156, MESSAGE_TEXT = 'the payment is not pending';
    END IF;

    UPDATE table_user_payments
       SET payment_status = 'CANCELLED', auto_renewal = FALSE, updated_at = UTC_TIMESTAMP(6)
     WHERE id = p_payment_id AND payment_status = 'PENDING';
END;
