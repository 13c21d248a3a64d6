-- Begins the change to a paid plan: a pending row, whose first charge is the price less what is unused of the period that
-- the account has paid already, in whole units of the currency. Repeated with the same id, it changes nothing.
-- Parameters: p_payment_id is a UUIDv7 that the caller made; p_payment_method NULL means the default method.
-- Result: payment_id, account_db_key, payment_plan, billing_cycle, first_charge, currency, payment_status.
-- Errors: 31002 account_unknown, 31152 plan_unknown, 31153 plan_unchanged, 31154 plan_change_pending (decided by a unique
-- key), 31155 payment_method_missing.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_plan_change_begin(
    IN p_payment_id BINARY(16),
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_payment_plan VARCHAR(15) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_billing_cycle VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_payment_method BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_known BIGINT UNSIGNED;
    DECLARE v_price DECIMAL(19, 6);
    DECLARE v_credit DECIMAL(19, 6) DEFAULT 0;
    DECLARE v_method BINARY(16);
    DECLARE v_is_same BOOLEAN;
    DECLARE v_duplicate TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

    DECLARE EXIT HANDLER FOR 1062
    BEGIN
        GET DIAGNOSTICS CONDITION 1 v_duplicate = MESSAGE_TEXT;
        IF LOCATE('uq_payment_pending', v_duplicate) > 0 THEN
            SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31154, MESSAGE_TEXT = 'another change of plan is not settled yet';
        END IF;
        RESIGNAL;
    END;

    SELECT account_db_key INTO v_known
      FROM table_accountid
     WHERE account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_known IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31002, MESSAGE_TEXT = 'there is no such account';
    END IF;

    IF NOT EXISTS (
        SELECT 1 FROM table_user_payments WHERE id = p_payment_id AND account_db_key = p_account_db_key
    ) THEN
        SELECT IF(p_billing_cycle = 'YEARLY', yearly_price, monthly_price) INTO v_price
          FROM table_plans
         WHERE payment_plan = p_payment_plan;
        IF v_price IS NULL OR v_price = 0 THEN
            SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31152, MESSAGE_TEXT = 'there is no such paid plan';
        END IF;

        SELECT p.payment_plan = p_payment_plan AND p.billing_cycle = p_billing_cycle AND p.payment_status = 'ACTIVE',
               IF(
                   p.payment_status = 'ACTIVE' AND p.periods > 0 AND p.expires_at > v_now,
                   FLOOR(
                       p.plan_price * TIMESTAMPDIFF(SECOND, v_now, p.expires_at) / TIMESTAMPDIFF(
                           SECOND,
                           IF(
                               p.billing_cycle = 'YEARLY',
                               p.starts_at + INTERVAL p.periods - 1 YEAR,
                               p.starts_at + INTERVAL p.periods - 1 MONTH
                           ),
                           p.expires_at
                       )
                   ),
                   0
               )
          INTO v_is_same, v_credit
          FROM table_user_payments p
         WHERE p.live_account = p_account_db_key;
        IF v_is_same THEN
            SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31153, MESSAGE_TEXT = 'the account has this plan';
        END IF;

        SELECT payment_method_id INTO v_method
          FROM table_payment_methods
         WHERE account_db_key = p_account_db_key AND removed_at IS NULL
           AND IF(p_payment_method IS NULL, is_default, payment_method_id = p_payment_method);
        IF v_method IS NULL THEN
            SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31155, MESSAGE_TEXT = 'the account has no such payment method';
        END IF;

        INSERT INTO table_user_payments (
            id, account_db_key, payment_plan, plan_name, plan_price, currency, billing_cycle, starts_at, first_charge,
            payment_method, auto_renewal, payment_status, created_at, updated_at
        )
        SELECT p_payment_id, p_account_db_key, payment_plan, plan_name, v_price, currency, p_billing_cycle, v_now,
               GREATEST(v_price - COALESCE(v_credit, 0), 0), v_method, TRUE, 'PENDING', v_now, v_now
          FROM table_plans
         WHERE payment_plan = p_payment_plan;
    END IF;

    SELECT id AS payment_id, account_db_key, payment_plan, billing_cycle, first_charge, currency, payment_status
      FROM table_user_payments
     WHERE id = p_payment_id;
END;
