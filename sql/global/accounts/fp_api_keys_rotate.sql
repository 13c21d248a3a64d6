-- Puts newly encrypted values in the place of those that were read, unless the account has saved others meanwhile.
-- Result: rotated, 1 or 0.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_api_keys_rotate(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_old_korea_investment_app_key VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_old_korea_investment_app_secret VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_old_alpha_vantage_key VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_old_polygon_key VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_old_finnhub_key VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_korea_investment_app_key VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_korea_investment_app_secret VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_alpha_vantage_key VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_polygon_key VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_finnhub_key VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
)
SQL SECURITY INVOKER
BEGIN
    UPDATE table_user_api_keys
       SET korea_investment_app_key = p_korea_investment_app_key,
           korea_investment_app_secret = p_korea_investment_app_secret,
           alpha_vantage_key = p_alpha_vantage_key,
           polygon_key = p_polygon_key,
           finnhub_key = p_finnhub_key
     WHERE account_db_key = p_account_db_key
       AND (korea_investment_app_key = p_old_korea_investment_app_key OR (korea_investment_app_key IS NULL AND p_old_korea_investment_app_key IS NULL))
       AND (korea_investment_app_secret = p_old_korea_investment_app_secret OR (korea_investment_app_secret IS NULL AND p_old_korea_investment_app_secret IS NULL))
       AND (alpha_vantage_key = p_old_alpha_vantage_key OR (alpha_vantage_key IS NULL AND p_old_alpha_vantage_key IS NULL))
       AND (polygon_key = p_old_polygon_key OR (polygon_key IS NULL AND p_old_polygon_key IS NULL))
       AND (finnhub_key = p_old_finnhub_key OR (finnhub_key IS NULL AND p_old_finnhub_key IS NULL));
    SELECT ROW_COUNT() AS rotated;
END;
