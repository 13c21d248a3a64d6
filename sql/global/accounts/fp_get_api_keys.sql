-- An account's API keys, as they are encrypted, and what each may be used for; changes nothing.
-- Result: five keys, five permissions, created_at, updated_at; no row where none was ever saved.
-- Errors: 31002 account_unknown.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_get_api_keys(
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    IF NOT EXISTS (SELECT 1 FROM table_accountid WHERE account_db_key = p_account_db_key) THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31002, MESSAGE_TEXT = 'there is no such account';
    END IF;

    SELECT korea_investment_app_key,
           korea_investment_app_secret,
           alpha_vantage_key,
           polygon_key,
           finnhub_key,
           korea_investment_quote_allowed,
           korea_investment_trade_allowed,
           alpha_vantage_quote_allowed,
           polygon_quote_allowed,
           finnhub_quote_allowed,
           created_at, updated_at
      FROM table_user_api_keys
     WHERE account_db_key = p_account_db_key;
END;
