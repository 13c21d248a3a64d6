-- Counts notifications over from the state that their rows have to another one: in the statistics of the days on which they
-- were created, and in the unread counters. Called before the rows themselves change, by whoever has locked them.
-- Parameters: p_ids is a JSON array of idx; p_to is read, user, auto, expired (gone, and why) or forgotten (never was).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_inapp_notification_stats_update(
    IN p_ids JSON,
    IN p_to VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
)
SQL SECURITY INVOKER
BEGIN
    UPDATE table_inapp_notification_stats s
      JOIN (
            SELECT n.account_db_key, DATE(n.created_at) AS day, COUNT(*) AS moved,
                   SUM(n.is_deleted = FALSE AND n.is_read = FALSE) AS unread,
                   SUM(n.is_deleted = FALSE AND n.is_read = TRUE) AS seen,
                   SUM(n.deleted_by = 'user') AS by_user, SUM(n.deleted_by = 'auto') AS by_auto,
                   SUM(n.deleted_by = 'expired') AS by_expiry,
                   SUM(n.priority = 1) AS p1, SUM(n.priority = 2) AS p2, SUM(n.priority = 3) AS p3,
                   SUM(n.priority = 4) AS p4, SUM(n.priority = 5) AS p5
              FROM JSON_TABLE(p_ids, '$[*]' COLUMNS (idx BIGINT PATH '$')) AS i
              STRAIGHT_JOIN table_inapp_notifications n ON n.idx = i.idx
             GROUP BY n.account_db_key, DATE(n.created_at)
             ORDER BY n.account_db_key, day
           ) AS d ON s.account_db_key = d.account_db_key AND s.date = d.day
       SET s.unread_count = s.unread_count - d.unread,
           s.read_count = s.read_count - d.seen + IF(p_to = 'read', d.moved, 0),
           s.deleted_count = s.deleted_count - d.by_user + IF(p_to = 'user', d.moved, 0),
           s.auto_deleted_count = s.auto_deleted_count - d.by_auto + IF(p_to = 'auto', d.moved, 0),
           s.expired_count = s.expired_count - d.by_expiry + IF(p_to = 'expired', d.moved, 0),
           s.total_count = s.total_count - IF(p_to = 'forgotten', d.moved, 0),
           s.priority_1_count = s.priority_1_count - IF(p_to = 'forgotten', d.p1, 0),
           s.priority_2_count = s.priority_2_count - IF(p_to = 'forgotten', d.p2, 0),
           s.priority_3_count = s.priority_3_count - IF(p_to = 'forgotten', d.p3, 0),
           s.priority_4_count = s.priority_4_count - IF(p_to = 'forgotten', d.p4, 0),
           s.priority_5_count = s.priority_5_count - IF(p_to = 'forgotten', d.p5, 0);

    UPDATE table_inapp_notification_counters c
      JOIN (
            SELECT n.account_db_key, COUNT(*) AS unread
              FROM JSON_TABLE(p_ids, '$[*]' COLUMNS (idx BIGINT PATH '$')) AS i
              STRAIGHT_JOIN table_inapp_notifications n ON n.idx = i.idx
             WHERE n.is_deleted = FALSE AND n.is_read = FALSE
             GROUP BY n.account_db_key
             ORDER BY n.account_db_key
           ) AS d ON c.account_db_key = d.account_db_key
       SET c.unread_count = c.unread_count - d.unread;
END;
