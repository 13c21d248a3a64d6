-- Saves API keys, which the caller has encrypted. NULL leaves a key or permission as it is, '' removes a key.
-- Errors: 31002 account_unknown.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_save_api_keys(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_korea_investment_app_key VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_korea_investment_app_secret VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_alpha_vantage_key VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_polygon_key VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_finnhub_key VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_korea_investment_quote_allowed BOOLEAN,
    IN p_korea_investment_trade_allowed BOOLEAN,
    IN p_alpha_vantage_quote_allowed BOOLEAN,
    IN p_polygon_quote_allowed BOOLEAN,
    IN p_finnhub_quote_allowed BOOLEAN
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_known BIGINT UNSIGNED;

    SELECT account_db_key INTO v_known
      FROM table_accountid
     WHERE account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_known IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31002, MESSAGE_TEXT = 'there is no such account';
    END IF;

    INSERT INTO table_user_api_keys (account_db_key, created_at, updated_at) VALUES (p_account_db_key, v_now, v_now)
    ON DUPLICATE KEY UPDATE account_db_key = p_account_db_key;

    UPDATE table_user_api_keys
       SET korea_investment_app_key = IF(p_korea_investment_app_key IS NULL, korea_investment_app_key, NULLIF(p_korea_investment_app_key, '')),
           korea_investment_app_secret = IF(p_korea_investment_app_secret IS NULL, korea_investment_app_secret, NULLIF(p_korea_investment_app_secret, '')),
           alpha_vantage_key = IF(p_alpha_vantage_key IS NULL, alpha_vantage_key, NULLIF(p_alpha_vantage_key, '')),
           polygon_key = IF(p_polygon_key IS NULL, polygon_key, NULLIF(p_polygon_key, '')),
           finnhub_key = IF(p_finnhub_key IS NULL, finnhub_key, NULLIF(p_finnhub_key, '')),
           korea_investment_quote_allowed = COALESCE(p_korea_investment_quote_allowed, korea_investment_quote_allowed),
           korea_investment_trade_allowed = COALESCE(p_korea_investment_trade_allowed, korea_investment_trade_allowed),
           alpha_vantage_quote_allowed = COALESCE(p_alpha_vantage_quote_allowed, alpha_vantage_quote_allowed),
           polygon_quote_allowed = COALESCE(p_polygon_quote_allowed, polygon_quote_allowed),
           finnhub_quote_allowed = COALESCE(p_finnhub_quote_allowed, finnhub_quote_allowed),
           updated_at = v_now
     WHERE account_db_key = p_account_db_key;
END;
