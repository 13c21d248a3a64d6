-- Records that a pending change of plan is about to be charged. Repeated with the same id, it tells what is known.
-- Parameters: p_charge_id is the same in every try, and the provider's idempotency key.
-- Result: the charge, and provider_token to charge; no row when there is nothing to charge.
-- Errors: 31151 payment_unknown, 31156 payment_not_pending.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_payment_charge_begin(
    IN p_charge_id BINARY(16),
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
    IF NOT EXISTS (SELECT 1 FROM table_payment_charges WHERE charge_id = p_charge_id) THEN
        IF v_status <> 'PENDING' THEN
            SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31156, MESSAGE_TEXT = 'the payment is not pending';
        END IF;
        INSERT INTO table_payment_charges (
            charge_id, payment_id, account_db_key, kind, period, amount, currency, charge_status, provider, created_at
        )
        SELECT p_charge_id, p.id, p.account_db_key, 'FIRST', 1, p.first_charge, p.currency, 'PENDING', m.provider,
               UTC_TIMESTAMP(6)
          FROM table_user_payments p
          JOIN table_payment_methods m ON m.payment_method_id = p.payment_method
         WHERE p.id = p_payment_id AND p.first_charge > 0;
    END IF;

    SELECT c.charge_id, c.payment_id, c.account_db_key, c.kind, c.amount, c.currency, c.charge_status, c.provider,
           c.provider_reference, c.failure_code, m.provider_token
      FROM table_payment_charges c
      JOIN table_user_payments p ON p.id = c.payment_id
      JOIN table_payment_methods m ON m.payment_method_id = p.payment_method
     WHERE c.charge_id = p_charge_id;
END;
