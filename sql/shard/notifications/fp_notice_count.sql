-- How many accounts of this shard a notice would reach now.
-- Parameters: p_account_db_key (NULL: not one alone), p_language and p_symbol ('': whatever it is); p_is_advertising: only
-- those who want advertising.
-- Result: accounts.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_notice_count(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_language VARCHAR(2) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_symbol VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_is_advertising BOOLEAN
)
SQL SECURITY INVOKER
BEGIN
    SELECT COUNT(*) AS accounts
      FROM table_account_residence r
      LEFT JOIN table_notification_settings s ON s.account_db_key = r.account_db_key
     WHERE r.state = 'active'
       AND (p_account_db_key IS NULL OR r.account_db_key = p_account_db_key)
       AND (p_language = '' OR COALESCE(s.language, 'ko') = p_language)
       AND (NOT p_is_advertising OR (s.is_advertising_allowed AND s.news_alert_enabled))
       AND (
            p_symbol = ''
            OR EXISTS (
                SELECT 1
                  FROM table_signal_alarms a
                 WHERE a.account_db_key = r.account_db_key AND a.symbol = p_symbol
                   AND a.is_active = TRUE AND a.is_deleted = FALSE
               )
           );
END;
