-- The addresses that are told of an account's notifications, the oldest first.
-- Result: webhook_id, url, secret (encrypted), created_at.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_notification_webhooks_get(
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT webhook_id, url, secret, created_at
      FROM table_notification_webhooks
     WHERE account_db_key = p_account_db_key
     ORDER BY created_at, webhook_id;
END;
