-- The plan that an account has, what it may use of it now, and when it is charged next. Changes nothing.
-- Result: one row; pending_plan is a change whose charge is not settled yet; next_billing_at is NULL when nothing will be
-- charged.
-- Errors: 31002 account_unknown.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_get_payment_plan(
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    IF NOT EXISTS (SELECT 1 FROM table_accountid WHERE account_db_key = p_account_db_key) THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31002, MESSAGE_TEXT = 'there is no such account';
    END IF;

    SELECT p.id AS payment_id, p.payment_plan, p.plan_name, p.plan_price, p.currency, p.billing_cycle, p.payment_status,
           p.starts_at, p.expires_at, p.access_until, p.auto_renewal,
           IF(p.auto_renewal, p.expires_at, NULL) AS next_billing_at, p.payment_method, n.payment_plan AS pending_plan,
           IF(p.access_until IS NULL OR p.access_until > UTC_TIMESTAMP(6), p.payment_plan, 'FREE') AS usable_plan,
           l.alarms, l.chat_tokens_per_day
      FROM table_user_payments p
      JOIN table_plans l
        ON l.payment_plan = IF(p.access_until IS NULL OR p.access_until > UTC_TIMESTAMP(6), p.payment_plan, 'FREE')
      LEFT JOIN table_user_payments n ON n.pending_account = p_account_db_key
     WHERE p.live_account = p_account_db_key;
END;
