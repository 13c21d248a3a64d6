-- The next notifications of which nobody has decided yet how they go out, the oldest first, with what their accounts want.
-- Result: idx, notification_id, account_db_key, type_id, title, message, priority, created_at, the seven flags (NULL without
-- settings), timezone, quiet_from, quiet_until, is_advertising_allowed, has_webhook, preferences (JSON array of
-- {type_id, channel, is_enabled, min_priority}).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_notification_delivery_undecided(
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT n.idx, n.notification_id, n.account_db_key, n.type_id, n.title, n.message, n.priority, n.created_at,
           s.email_notifications_enabled, s.sms_notifications_enabled, s.push_notifications_enabled,
           s.price_alert_enabled, s.news_alert_enabled, s.portfolio_alert_enabled, s.trade_alert_enabled,
           s.timezone, s.quiet_from, s.quiet_until, s.is_advertising_allowed,
           EXISTS (SELECT 1 FROM table_notification_webhooks w WHERE w.account_db_key = n.account_db_key) AS has_webhook,
           (
            SELECT JSON_ARRAYAGG(JSON_OBJECT('type_id', p.type_id, 'channel', p.channel, 'is_enabled', p.is_enabled,
                                             'min_priority', p.min_priority))
              FROM table_notification_preferences p
             WHERE p.account_db_key = n.account_db_key
           ) AS preferences
      FROM table_inapp_notifications n FORCE INDEX (ix_notification_decide)
      LEFT JOIN table_notification_settings s ON s.account_db_key = n.account_db_key
     WHERE n.is_decided = FALSE
     ORDER BY n.idx
     LIMIT p_limit;
END;
