-- Marks unread notifications read, for whoever has locked their rows.
-- Parameters: p_ids is a JSON array of idx.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_inapp_notification_read(
    IN p_ids JSON,
    IN p_now DATETIME(6)
)
SQL SECURITY INVOKER
BEGIN
    CALL fp_inapp_notification_stats_update(p_ids, 'read');

    UPDATE table_inapp_notifications n
      JOIN JSON_TABLE(p_ids, '$[*]' COLUMNS (idx BIGINT PATH '$')) AS i ON n.idx = i.idx
       SET n.is_read = TRUE, n.read_at = p_now,
           n.leaves_at = LEAST(COALESCE(n.expires_at, '9999-12-31'), p_now + INTERVAL 30 DAY);
END;
