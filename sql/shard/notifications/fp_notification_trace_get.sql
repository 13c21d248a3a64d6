-- Each decision about one notification of an account, in order, also about the delivery that it went out with.
-- Result: created_at, channel, decision, detail. Nothing for a notification that is not the account's.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_notification_trace_get(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_notification_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    SELECT t.created_at, t.channel, t.decision, t.detail
      FROM (
            SELECT idx, created_at, channel, decision, detail
              FROM table_notification_traces
             WHERE notification_id = p_notification_id AND account_db_key = p_account_db_key
             UNION
            SELECT p.idx, p.created_at, p.channel, p.decision, CONCAT('together with another: ', p.detail)
              FROM table_notification_deliveries d
              JOIN table_notification_deliveries o ON o.delivery_id = d.parent_id
              JOIN table_notification_traces p ON p.notification_id = o.notification_id AND p.channel = d.channel
             WHERE d.notification_id = p_notification_id AND d.account_db_key = p_account_db_key
               AND p.notification_id <> p_notification_id AND p.created_at >= d.created_at
           ) AS t
     ORDER BY t.idx
     LIMIT 500;
END;
