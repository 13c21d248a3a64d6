-- What a log-in needs before the password can be checked; changes nothing.
-- Result: account_db_key, password_hash; no row for an unknown account.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_user_credentials_get(
    IN p_platform_type SMALLINT UNSIGNED,
    IN p_account_id VARCHAR(100)
)
SQL SECURITY INVOKER
BEGIN
    SELECT account_db_key, password_hash
      FROM table_accountid
     WHERE platform_type = p_platform_type AND account_id = p_account_id;
END;
