-- Changes what an account wants to be told of. NULL leaves a flag as it is. A change makes the version one higher; the
-- caller tells the account's shard by an event in the same transaction.
-- Result: the seven flags, notification_version, is_changed.
-- Errors: 31002 account_unknown.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_update_notification_settings(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_email_notifications_enabled BOOLEAN,
    IN p_sms_notifications_enabled BOOLEAN,
    IN p_push_notifications_enabled BOOLEAN,
    IN p_price_alert_enabled BOOLEAN,
    IN p_news_alert_enabled BOOLEAN,
    IN p_portfolio_alert_enabled BOOLEAN,
    IN p_trade_alert_enabled BOOLEAN
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_version BIGINT UNSIGNED;
    DECLARE v_is_changed BOOLEAN;

    SELECT notification_version,
           COALESCE(p_email_notifications_enabled, email_notifications_enabled) <> email_notifications_enabled
           OR COALESCE(p_sms_notifications_enabled, sms_notifications_enabled) <> sms_notifications_enabled
           OR COALESCE(p_push_notifications_enabled, push_notifications_enabled) <> push_notifications_enabled
           OR COALESCE(p_price_alert_enabled, price_alert_enabled) <> price_alert_enabled
           OR COALESCE(p_news_alert_enabled, news_alert_enabled) <> news_alert_enabled
           OR COALESCE(p_portfolio_alert_enabled, portfolio_alert_enabled) <> portfolio_alert_enabled
           OR COALESCE(p_trade_alert_enabled, trade_alert_enabled) <> trade_alert_enabled
      INTO v_version, v_is_changed
      FROM table_user_profiles
     WHERE account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_version IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31002, MESSAGE_TEXT = 'there is no such account';
    END IF;

    IF v_is_changed THEN
        UPDATE table_user_profiles
           SET email_notifications_enabled = COALESCE(p_email_notifications_enabled, email_notifications_enabled),
               sms_notifications_enabled = COALESCE(p_sms_notifications_enabled, sms_notifications_enabled),
               push_notifications_enabled = COALESCE(p_push_notifications_enabled, push_notifications_enabled),
               price_alert_enabled = COALESCE(p_price_alert_enabled, price_alert_enabled),
               news_alert_enabled = COALESCE(p_news_alert_enabled, news_alert_enabled),
               portfolio_alert_enabled = COALESCE(p_portfolio_alert_enabled, portfolio_alert_enabled),
               trade_alert_enabled = COALESCE(p_trade_alert_enabled, trade_alert_enabled),
               notification_version = v_version + 1,
               updated_at = UTC_TIMESTAMP(6)
         WHERE account_db_key = p_account_db_key;
    END IF;

    SELECT email_notifications_enabled, sms_notifications_enabled, push_notifications_enabled, price_alert_enabled,
           news_alert_enabled, portfolio_alert_enabled, trade_alert_enabled, notification_version,
           v_is_changed AS is_changed
      FROM table_user_profiles
     WHERE account_db_key = p_account_db_key;
END;
