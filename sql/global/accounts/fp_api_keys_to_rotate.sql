-- The next accounts, in key order, that have a value of another encryption key than this one; changes nothing.
-- Result: account_db_key, five keys.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_api_keys_to_rotate(
    IN p_key_id VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_after_account_db_key BIGINT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT account_db_key, korea_investment_app_key, korea_investment_app_secret,
           alpha_vantage_key, polygon_key, finnhub_key
      FROM table_user_api_keys
     WHERE account_db_key > p_after_account_db_key
       AND (
           COALESCE(SUBSTRING_INDEX(korea_investment_app_key, ':', 1), p_key_id) <> p_key_id
           OR COALESCE(SUBSTRING_INDEX(korea_investment_app_secret, ':', 1), p_key_id) <> p_key_id
           OR COALESCE(SUBSTRING_INDEX(alpha_vantage_key, ':', 1), p_key_id) <> p_key_id
           OR COALESCE(SUBSTRING_INDEX(polygon_key, ':', 1), p_key_id) <> p_key_id
           OR COALESCE(SUBSTRING_INDEX(finnhub_key, ':', 1), p_key_id) <> p_key_id
       )
     ORDER BY account_db_key
     LIMIT p_limit;
END;
