-- What an account may use now: the plan of its live payment row until its access ends, the free plan otherwise.
-- Result: payment_plan, alarms, chat_tokens_per_day, access_until (NULL: without end).
-- Errors: 31002 account_unknown.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_plan_limits_get(
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_known BIGINT UNSIGNED;
    DECLARE v_plan VARCHAR(15) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT 'FREE';
    DECLARE v_access_until DATETIME(6);

    SELECT a.account_db_key, COALESCE(p.payment_plan, 'FREE'), p.access_until
      INTO v_known, v_plan, v_access_until
      FROM table_accountid a
      LEFT JOIN table_user_payments p
        ON p.live_account = a.account_db_key AND (p.access_until IS NULL OR p.access_until > UTC_TIMESTAMP(6))
     WHERE a.account_db_key = p_account_db_key;
    IF v_known IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31002, MESSAGE_TEXT = 'there is no such account';
    END IF;

    SELECT payment_plan, alarms, chat_tokens_per_day, v_access_until AS access_until
      FROM table_plans
     WHERE payment_plan = v_plan;
END;
