-- Which plans an account has had, the newest first, each with what was charged for it last; changes nothing.
-- Result: one row a plan, at most p_limit, older than p_before_created_at and p_before_payment_id.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_payments_history(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_before_created_at DATETIME(6),
    IN p_before_payment_id BINARY(16),
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT p.id AS payment_id, p.payment_plan, p.plan_name, p.plan_price, p.currency, p.billing_cycle, p.payment_status,
           p.starts_at, p.expires_at, p.created_at,
           COALESCE(
               (
                   SELECT SUM(c.amount)
                     FROM table_payment_charges c
                    WHERE c.payment_id = p.id AND c.charge_status = 'SUCCEEDED'
               ),
               0
           ) AS charged
      FROM table_user_payments p
     WHERE p.account_db_key = p_account_db_key
       AND (
           p_before_created_at IS NULL OR p.created_at < p_before_created_at
           OR (p.created_at = p_before_created_at AND p.id < p_before_payment_id)
       )
     ORDER BY p.created_at DESC, p.id DESC
     LIMIT p_limit;
END;
