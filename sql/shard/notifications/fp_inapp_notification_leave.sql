-- Takes notifications out of sight, for whoever has locked their rows. The rows stay for 90 days, so that their event,
-- handled again, makes no second notification.
-- Parameters: p_ids is a JSON array of idx; p_deleted_by is user, auto or expired.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_inapp_notification_leave(
    IN p_ids JSON,
    IN p_deleted_by VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);

    CALL fp_inapp_notification_stats_update(p_ids, p_deleted_by);

    UPDATE table_inapp_notifications n
      JOIN JSON_TABLE(p_ids, '$[*]' COLUMNS (idx BIGINT PATH '$')) AS i ON n.idx = i.idx
       SET n.is_deleted = TRUE, n.deleted_at = v_now, n.deleted_by = p_deleted_by,
           n.leaves_at = v_now + INTERVAL 90 DAY;
END;
