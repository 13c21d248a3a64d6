-- A pending plan, which is paid, takes the place of the live one. Repeating it changes nothing.
-- Parameters: p_grace_days is how long it is usable beyond its period while a renewal is tried.
-- Errors: 31151 payment_unknown, 31156 payment_not_pending when it was cancelled meanwhile, 31158 payment_not_paid.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_payment_activate(
    IN p_payment_id BINARY(16),
    IN p_grace_days INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_account_db_key BIGINT UNSIGNED;
    DECLARE v_status VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_is_paid BOOLEAN;

    -- The account's row first, as everybody does: one change of an account's plans at a time.
    SELECT account_db_key INTO v_account_db_key FROM table_user_payments WHERE id = p_payment_id;
    IF v_account_db_key IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31151, MESSAGE_TEXT = 'there is no such payment';
    END IF;
    SELECT account_db_key INTO v_account_db_key
      FROM table_accountid
     WHERE account_db_key = v_account_db_key
       FOR UPDATE;

    SELECT payment_status, first_charge = 0 OR EXISTS (
               SELECT 1 FROM table_payment_charges WHERE payment_id = p_payment_id AND charge_status = 'SUCCEEDED'
           )
      INTO v_status, v_is_paid
      FROM table_user_payments
     WHERE id = p_payment_id
       FOR UPDATE;
    IF v_status NOT IN ('PENDING', 'ACTIVE') THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31156, MESSAGE_TEXT = 'the payment is not pending';
    ELSEIF NOT v_is_paid THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31158, MESSAGE_TEXT = 'the payment is not paid';
    END IF;

    IF v_status = 'PENDING' THEN
        UPDATE table_user_payments
           SET payment_status = 'EXPIRED', auto_renewal = FALSE, updated_at = v_now
         WHERE live_account = v_account_db_key;

        UPDATE table_user_payments
           SET payment_status = 'ACTIVE', starts_at = v_now, periods = 1, updated_at = v_now,
               expires_at = IF(billing_cycle = 'YEARLY', v_now + INTERVAL 1 YEAR, v_now + INTERVAL 1 MONTH),
               access_until = IF(billing_cycle = 'YEARLY', v_now + INTERVAL 1 YEAR, v_now + INTERVAL 1 MONTH)
                   + INTERVAL IF(auto_renewal, p_grace_days, 0) DAY
         WHERE id = p_payment_id;
    END IF;
END;
