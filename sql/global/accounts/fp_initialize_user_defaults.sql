-- Gives an account what every account has: its profile and the free plan, where they are missing. The defaults are those
-- of the tables' columns. Sign-up calls it; repeating it changes nothing.
-- Errors: 31002 account_unknown.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_initialize_user_defaults(
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_known BIGINT UNSIGNED;

    SELECT account_db_key INTO v_known
      FROM table_accountid
     WHERE account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_known IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31002, MESSAGE_TEXT = 'there is no such account';
    END IF;

    INSERT INTO table_user_profiles (account_db_key, created_at, updated_at) VALUES (p_account_db_key, v_now, v_now)
    ON DUPLICATE KEY UPDATE account_db_key = p_account_db_key;

    -- The first row's id follows from the account; somebody who has had any plan has this row.
    INSERT INTO table_user_payments (
        id, account_db_key, payment_plan, plan_name, plan_price, currency, starts_at, payment_status, created_at, updated_at
    )
    SELECT LEFT(UNHEX(SHA2(CONCAT_WS('|', 'first plan', p_account_db_key), 256)), 16), p_account_db_key, payment_plan,
           plan_name, 0, currency, v_now, 'ACTIVE', v_now, v_now
      FROM table_plans
     WHERE payment_plan = 'FREE'
    ON DUPLICATE KEY UPDATE account_db_key = p_account_db_key;
END;
