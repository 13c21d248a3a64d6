-- What a log-in needs before the password can be checked; changes nothing.
-- Parameters: p_address is where the log-in comes from.
-- Result: account_db_key, password_hash, is_known_address (the account logged in from there in the last 90 days),
-- has_second_factor; no row for an unknown account.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_user_credentials_get(
    IN p_platform_type SMALLINT UNSIGNED,
    IN p_account_id VARCHAR(100),
    IN p_address VARCHAR(45) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
)
SQL SECURITY INVOKER
BEGIN
    SELECT a.account_db_key, a.password_hash,
           EXISTS (
               SELECT 1
                 FROM table_user_sessions s
                WHERE s.account_db_key = a.account_db_key AND s.address = p_address
                  AND s.created_at > UTC_TIMESTAMP(6) - INTERVAL 90 DAY
           ) AS is_known_address,
           EXISTS (
               SELECT 1
                 FROM table_second_factors f
                WHERE f.account_db_key = a.account_db_key AND f.confirmed_at IS NOT NULL
           ) AS has_second_factor
      FROM table_accountid a
     WHERE a.platform_type = p_platform_type AND a.account_id = p_account_id;
END;
