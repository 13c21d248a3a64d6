-- Records that the next period of a payment is about to be charged, at most once in so many hours; a charge of it that is
-- not settled is given again. The charge's id follows from payment, period and attempt.
-- Result: the charge, and provider_token to charge; no row when the payment is not due, does not renew, or was tried lately.
-- Errors: 31151 payment_unknown.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_payment_renewal_begin(
    IN p_payment_id BINARY(16),
    IN p_retry_hours INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_account_db_key BIGINT UNSIGNED;
    DECLARE v_charge_id BINARY(16);
    DECLARE v_period INT UNSIGNED;
    DECLARE v_attempts INT UNSIGNED;
    DECLARE v_last DATETIME(6);

    -- The account's row first, as everybody does: one change of an account's plans at a time.
    SELECT account_db_key INTO v_account_db_key FROM table_user_payments WHERE id = p_payment_id;
    IF v_account_db_key IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31151, MESSAGE_TEXT = 'there is no such payment';
    END IF;
    SELECT account_db_key INTO v_account_db_key
      FROM table_accountid
     WHERE account_db_key = v_account_db_key
       FOR UPDATE;

    SELECT periods + 1 INTO v_period
      FROM table_user_payments
     WHERE id = p_payment_id AND payment_status IN ('ACTIVE', 'PAST_DUE') AND auto_renewal AND expires_at <= v_now
       AND access_until > v_now
       FOR UPDATE;

    SELECT charge_id INTO v_charge_id FROM table_payment_charges WHERE pending_payment = p_payment_id;
    IF v_charge_id IS NULL AND v_period IS NOT NULL THEN
        SELECT COUNT(*), MAX(created_at) INTO v_attempts, v_last
          FROM table_payment_charges
         WHERE payment_id = p_payment_id AND period = v_period;
        IF v_last IS NULL OR v_last <= v_now - INTERVAL p_retry_hours HOUR THEN
            SET v_charge_id = LEFT(
                UNHEX(SHA2(CONCAT_WS('|', 'renewal', HEX(p_payment_id), v_period, v_attempts), 256)), 16
            );
            INSERT INTO table_payment_charges (
                charge_id, payment_id, account_db_key, kind, period, amount, currency, charge_status, provider, created_at
            )
            SELECT v_charge_id, p.id, p.account_db_key, 'RENEWAL', v_period, p.plan_price, p.currency, 'PENDING',
                   m.provider, v_now
              FROM table_user_payments p
              JOIN table_payment_methods m ON m.payment_method_id = p.payment_method
             WHERE p.id = p_payment_id;
        END IF;
    END IF;

    SELECT c.charge_id, c.payment_id, c.account_db_key, c.kind, c.amount, c.currency, c.charge_status, c.provider,
           c.provider_reference, c.failure_code, m.provider_token
      FROM table_payment_charges c
      JOIN table_user_payments p ON p.id = c.payment_id
      JOIN table_payment_methods m ON m.payment_method_id = p.payment_method
     WHERE c.charge_id = v_charge_id;
END;
