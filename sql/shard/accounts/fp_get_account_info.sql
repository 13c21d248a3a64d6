-- The cash account of an account.
-- Result: account_number, balance, reserved, account_type, account_status, currency_code, broker, broker_account, entry_no,
-- created_at, updated_at; no row before it was opened.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_get_account_info(
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT account_number, balance, reserved, account_type, account_status, currency_code, broker, broker_account,
           entry_no, created_at, updated_at
      FROM table_user_accounts
     WHERE account_db_key = p_account_db_key;
END;
