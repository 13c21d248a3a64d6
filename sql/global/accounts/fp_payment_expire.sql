-- Ends a payment whose access has ended, and gives the account the free plan. Repeating it changes nothing.
-- Result: expired, 1 or 0.
-- Errors: 31151 payment_unknown.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_payment_expire(
    IN p_payment_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_account_db_key BIGINT UNSIGNED;
    DECLARE v_is_over BOOLEAN;

    -- The account's row first, as everybody does: one change of an account's plans at a time.
    SELECT account_db_key INTO v_account_db_key FROM table_user_payments WHERE id = p_payment_id;
    IF v_account_db_key IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31151, MESSAGE_TEXT = 'there is no such payment';
    END IF;
    SELECT account_db_key INTO v_account_db_key
      FROM table_accountid
     WHERE account_db_key = v_account_db_key
       FOR UPDATE;

    SELECT payment_status IN ('ACTIVE', 'PAST_DUE') AND access_until <= v_now INTO v_is_over
      FROM table_user_payments
     WHERE id = p_payment_id
       FOR UPDATE;
    IF v_is_over THEN
        UPDATE table_user_payments
           SET payment_status = 'EXPIRED', auto_renewal = FALSE, updated_at = v_now
         WHERE id = p_payment_id;

        INSERT INTO table_user_payments (
            id, account_db_key, payment_plan, plan_name, plan_price, currency, starts_at, payment_status, created_at,
            updated_at
        )
        SELECT LEFT(UNHEX(SHA2(CONCAT_WS('|', 'free after', HEX(p_payment_id)), 256)), 16), v_account_db_key,
               payment_plan, plan_name, 0, currency, v_now, 'ACTIVE', v_now, v_now
          FROM table_plans
         WHERE payment_plan = 'FREE';
    END IF;

    SELECT COALESCE(v_is_over, FALSE) AS expired;
END;
