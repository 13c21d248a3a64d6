-- Brings this shard's copy of notification settings up to date; the newer version wins, so that late, repeated and
-- overtaken copies change nothing. Accounts that do not live here (any more) are left out.
-- Parameters: p_settings is a JSON array of {account_db_key, the seven flags, language, timezone,
-- notification_version}, in key order.
-- Result: held, the accounts of p_settings that live here; behind, those whose copy was missing or older.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_notification_settings_put(
    IN p_settings JSON
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_held INT UNSIGNED;
    DECLARE v_behind INT UNSIGNED;

    SELECT COUNT(*) INTO v_held
      FROM (
            SELECT DISTINCT account_db_key
              FROM JSON_TABLE(p_settings, '$[*]' COLUMNS (account_db_key BIGINT UNSIGNED PATH '$.account_db_key')) AS j
             ORDER BY account_db_key
           ) AS t
      STRAIGHT_JOIN table_account_residence r ON r.account_db_key = t.account_db_key AND r.state = 'active'
       LOCK IN SHARE MODE;

    SELECT COUNT(*) INTO v_behind
      FROM JSON_TABLE(p_settings, '$[*]' COLUMNS (
               account_db_key BIGINT UNSIGNED PATH '$.account_db_key',
               notification_version BIGINT UNSIGNED PATH '$.notification_version'
           )) AS t
      STRAIGHT_JOIN table_account_residence r ON r.account_db_key = t.account_db_key AND r.state = 'active'
      LEFT JOIN table_notification_settings n ON n.account_db_key = t.account_db_key
     WHERE n.version IS NULL OR n.version < t.notification_version;

    INSERT INTO table_notification_settings (
        account_db_key, email_notifications_enabled, sms_notifications_enabled, push_notifications_enabled,
        price_alert_enabled, news_alert_enabled, portfolio_alert_enabled, trade_alert_enabled, language,
        timezone, version
    )
    SELECT t.account_db_key, t.email_notifications_enabled, t.sms_notifications_enabled, t.push_notifications_enabled,
           t.price_alert_enabled, t.news_alert_enabled, t.portfolio_alert_enabled, t.trade_alert_enabled,
           t.language, t.timezone, t.notification_version
      FROM JSON_TABLE(p_settings, '$[*]' COLUMNS (
               account_db_key BIGINT UNSIGNED PATH '$.account_db_key',
               email_notifications_enabled TINYINT PATH '$.email_notifications_enabled',
               sms_notifications_enabled TINYINT PATH '$.sms_notifications_enabled',
               push_notifications_enabled TINYINT PATH '$.push_notifications_enabled',
               price_alert_enabled TINYINT PATH '$.price_alert_enabled',
               news_alert_enabled TINYINT PATH '$.news_alert_enabled',
               portfolio_alert_enabled TINYINT PATH '$.portfolio_alert_enabled',
               trade_alert_enabled TINYINT PATH '$.trade_alert_enabled',
               language VARCHAR(2) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.language',
               timezone VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.timezone',
               notification_version BIGINT UNSIGNED PATH '$.notification_version'
           )) AS t
      STRAIGHT_JOIN table_account_residence r ON r.account_db_key = t.account_db_key AND r.state = 'active'
    -- The version last: each assignment before it compares with the one that stood.
    ON DUPLICATE KEY UPDATE
        email_notifications_enabled = IF(
            t.notification_version > version, t.email_notifications_enabled, table_notification_settings.email_notifications_enabled
        ),
        sms_notifications_enabled = IF(
            t.notification_version > version, t.sms_notifications_enabled, table_notification_settings.sms_notifications_enabled
        ),
        push_notifications_enabled = IF(
            t.notification_version > version, t.push_notifications_enabled, table_notification_settings.push_notifications_enabled
        ),
        price_alert_enabled = IF(
            t.notification_version > version, t.price_alert_enabled, table_notification_settings.price_alert_enabled
        ),
        news_alert_enabled = IF(
            t.notification_version > version, t.news_alert_enabled, table_notification_settings.news_alert_enabled
        ),
        portfolio_alert_enabled = IF(
            t.notification_version > version, t.portfolio_alert_enabled, table_notification_settings.portfolio_alert_enabled
        ),
        trade_alert_enabled = IF(
            t.notification_version > version, t.trade_alert_enabled, table_notification_settings.trade_alert_enabled
        ),
        language = IF(t.notification_version > version, t.language, table_notification_settings.language),
        timezone = IF(t.notification_version > version, t.timezone, table_notification_settings.timezone),
        version = GREATEST(t.notification_version, version);

    SELECT v_held AS held, v_behind AS behind;
END;
