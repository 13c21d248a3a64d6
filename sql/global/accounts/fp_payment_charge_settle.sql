-- Records what a provider says of a charge. A state is never followed by a lower one (pending, failed, succeeded, refunded),
-- so that news may come twice and in any order. A renewal that succeeds prolongs its payment, one that fails makes it past
-- due; what a first charge means is the plan change's to say.
-- Parameters: p_grace_days is how long a payment that renews is usable beyond its period.
-- Result: the charge; changed, whether this was news.
-- Errors: 31157 charge_unknown.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_payment_charge_settle(
    IN p_charge_id BINARY(16),
    IN p_charge_status VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_provider_reference VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_failure_code VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_grace_days INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_payment_id BINARY(16);
    DECLARE v_account_db_key BIGINT UNSIGNED;
    DECLARE v_kind VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_period INT UNSIGNED;
    DECLARE v_is_news BOOLEAN;

    SELECT payment_id, account_db_key, kind, period INTO v_payment_id, v_account_db_key, v_kind, v_period
      FROM table_payment_charges
     WHERE charge_id = p_charge_id;
    IF v_payment_id IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31157, MESSAGE_TEXT = 'there is no such charge';
    END IF;
    SELECT account_db_key INTO v_account_db_key
      FROM table_accountid
     WHERE account_db_key = v_account_db_key
       FOR UPDATE;

    SELECT FIELD(p_charge_status, 'PENDING', 'FAILED', 'SUCCEEDED', 'REFUNDED')
           > FIELD(charge_status, 'PENDING', 'FAILED', 'SUCCEEDED', 'REFUNDED')
      INTO v_is_news
      FROM table_payment_charges
     WHERE charge_id = p_charge_id
       FOR UPDATE;

    IF v_is_news THEN
        UPDATE table_payment_charges
           SET charge_status = p_charge_status, settled_at = v_now,
               provider_reference = IF(p_provider_reference = '', provider_reference, p_provider_reference),
               failure_code = IF(p_charge_status = 'FAILED', p_failure_code, '')
         WHERE charge_id = p_charge_id;

        IF v_kind = 'RENEWAL' AND p_charge_status = 'SUCCEEDED' THEN
            -- The MySQL month arithmetic counts from starts_at, so that the 31st comes back after February.
            UPDATE table_user_payments
               SET payment_status = 'ACTIVE', periods = v_period,
                   expires_at = IF(
                       billing_cycle = 'YEARLY', starts_at + INTERVAL v_period YEAR, starts_at + INTERVAL v_period MONTH
                   ),
                   access_until = IF(
                       billing_cycle = 'YEARLY', starts_at + INTERVAL v_period YEAR, starts_at + INTERVAL v_period MONTH
                   ) + INTERVAL IF(auto_renewal, p_grace_days, 0) DAY,
                   updated_at = v_now
             WHERE id = v_payment_id AND payment_status IN ('ACTIVE', 'PAST_DUE') AND periods = v_period - 1;
        ELSEIF v_kind = 'RENEWAL' AND p_charge_status = 'FAILED' THEN
            UPDATE table_user_payments
               SET payment_status = 'PAST_DUE', updated_at = v_now
             WHERE id = v_payment_id AND payment_status = 'ACTIVE' AND periods = v_period - 1;
        END IF;
    END IF;

    SELECT charge_id, payment_id, account_db_key, kind, amount, currency, charge_status, provider,
           provider_reference, failure_code,
           v_is_news AS is_news
      FROM table_payment_charges
     WHERE charge_id = p_charge_id;
END;
