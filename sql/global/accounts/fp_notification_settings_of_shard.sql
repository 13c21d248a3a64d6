-- The notification settings, where they are not the defaults any more, of the next accounts of one shard in key order,
-- to compare with the shard's copy.
-- Result: account_db_key, the seven flags, language, timezone, notification_version.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_notification_settings_of_shard(
    IN p_shard_id INT UNSIGNED,
    IN p_after_account_db_key BIGINT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT p.account_db_key, p.email_notifications_enabled, p.sms_notifications_enabled, p.push_notifications_enabled,
           p.price_alert_enabled, p.news_alert_enabled, p.portfolio_alert_enabled, p.trade_alert_enabled,
           p.language, p.timezone, p.notification_version
      FROM table_user_profiles p
      JOIN table_user_shard_mapping m ON m.account_db_key = p.account_db_key
     WHERE m.shard_id = p_shard_id AND p.account_db_key > p_after_account_db_key AND p.notification_version > 0
     ORDER BY p.account_db_key
     LIMIT p_limit;
END;
