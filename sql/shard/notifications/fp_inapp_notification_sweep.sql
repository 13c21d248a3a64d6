-- Takes notifications of all accounts of this shard one step further whose time has come, at most p_limit of each kind:
-- out of sight what has expired, was shown as read, or was read 30 days ago; out of the table what left 90 days ago.
-- Rows that somebody else holds are left for the next call.
-- Result: expired, left_list, purged rows.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_inapp_notification_sweep(
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_due, v_expired, v_read, v_gone JSON;

    SELECT JSON_ARRAYAGG(idx) INTO v_due
      FROM (
            SELECT idx
              FROM table_inapp_notifications FORCE INDEX (ix_notification_sweep)
             WHERE leaves_at <= v_now
             ORDER BY leaves_at
             LIMIT p_limit
               FOR UPDATE SKIP LOCKED
           ) AS due;

    SELECT JSON_ARRAYAGG(IF(n.is_deleted = FALSE AND n.expires_at <= v_now, n.idx, NULL)),
           JSON_ARRAYAGG(IF(n.is_deleted = FALSE AND NOT COALESCE(n.expires_at <= v_now, FALSE), n.idx, NULL)),
           JSON_ARRAYAGG(IF(n.is_deleted, n.idx, NULL))
      INTO v_expired, v_read, v_gone
      FROM JSON_TABLE(v_due, '$[*]' COLUMNS (idx BIGINT PATH '$')) AS i
      STRAIGHT_JOIN table_inapp_notifications n ON n.idx = i.idx;

    IF v_due IS NOT NULL THEN
        CALL fp_inapp_notification_leave(v_expired, 'expired');
        CALL fp_inapp_notification_leave(v_read, 'auto');
        DELETE n
          FROM table_inapp_notifications n
          JOIN JSON_TABLE(v_gone, '$[*]' COLUMNS (idx BIGINT PATH '$')) AS i ON n.idx = i.idx;
    END IF;

    SELECT COUNT(e.idx) AS expired, COUNT(r.idx) AS left_list, COUNT(g.idx) AS purged
      FROM JSON_TABLE(v_due, '$[*]' COLUMNS (idx BIGINT PATH '$')) AS i
      LEFT JOIN JSON_TABLE(v_expired, '$[*]' COLUMNS (idx BIGINT PATH '$')) AS e ON e.idx = i.idx
      LEFT JOIN JSON_TABLE(v_read, '$[*]' COLUMNS (idx BIGINT PATH '$')) AS r ON r.idx = i.idx
      LEFT JOIN JSON_TABLE(v_gone, '$[*]' COLUMNS (idx BIGINT PATH '$')) AS g ON g.idx = i.idx;
END;
