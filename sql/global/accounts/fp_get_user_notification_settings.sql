-- What an account wants to be told of; changes nothing.
-- Result: the seven flags, notification_version.
-- Errors: 31002 account_unknown.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_get_user_notification_settings(
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    IF NOT EXISTS (SELECT 1 FROM table_user_profiles WHERE account_db_key = p_account_db_key) THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31002, MESSAGE_TEXT = 'there is no such account';
    END IF;

    SELECT email_notifications_enabled, sms_notifications_enabled, push_notifications_enabled, price_alert_enabled,
           news_alert_enabled, portfolio_alert_enabled, trade_alert_enabled, notification_version
      FROM table_user_profiles
     WHERE account_db_key = p_account_db_key;
END;
