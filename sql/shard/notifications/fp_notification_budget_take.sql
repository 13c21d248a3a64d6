-- Uses one of an account's budget for a channel and day, unless it is used up.
-- Result: is_taken.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_notification_budget_take(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_channel VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_date DATE,
    IN p_budget INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_used INT UNSIGNED;

    INSERT INTO table_notification_budgets (account_db_key, channel, date, used_count)
    VALUES (p_account_db_key, p_channel, p_date, 0)
    ON DUPLICATE KEY UPDATE used_count = used_count;
    SELECT used_count INTO v_used
      FROM table_notification_budgets
     WHERE account_db_key = p_account_db_key AND channel = p_channel AND date = p_date
       FOR UPDATE;
    IF v_used < p_budget THEN
        UPDATE table_notification_budgets
           SET used_count = used_count + 1
         WHERE account_db_key = p_account_db_key AND channel = p_channel AND date = p_date;
    END IF;

    SELECT v_used < p_budget AS is_taken;
END;
