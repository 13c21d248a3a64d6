-- Compares statistics and counters with a recount of the rows, for the next accounts in key order, in one snapshot.
-- What left the table, 90 days after it was gone, cannot be recounted: of days before p_since only the rows that are
-- still in sight are compared.
-- Result: a row for each difference: account_db_key, date (NULL: the unread counter), column_name, counted (what the
-- statistics say), recounted. At the end, always, one with account_db_key, the last account looked at (NULL: none was
-- left), and column_name ''.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_inapp_notification_check(
    IN p_after_account_db_key BIGINT UNSIGNED,
    IN p_limit INT UNSIGNED,
    IN p_since DATE
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_upto BIGINT UNSIGNED;

    SELECT MAX(account_db_key) INTO v_upto
      FROM (
            SELECT account_db_key
              FROM table_account_residence
             WHERE account_db_key > p_after_account_db_key
             ORDER BY account_db_key
             LIMIT p_limit
           ) AS n;

    SELECT w.account_db_key, w.date, c.column_name,
           CAST(ELT(c.place, w.total, w.unread, w.seen, w.by_user, w.by_auto, w.by_expiry, w.p1, w.p2, w.p3, w.p4, w.p5,
                    w.waiting) AS SIGNED) AS counted,
           CAST(ELT(c.place, w.r_total, w.r_unread, w.r_seen, w.r_user, w.r_auto, w.r_expiry, w.r_p1, w.r_p2, w.r_p3,
                    w.r_p4, w.r_p5, w.r_waiting) AS SIGNED) AS recounted
      FROM (
            SELECT t.account_db_key, t.date,
                   SUM(t.total) AS total, SUM(t.unread) AS unread, SUM(t.seen) AS seen, SUM(t.by_user) AS by_user,
                   SUM(t.by_auto) AS by_auto, SUM(t.by_expiry) AS by_expiry, SUM(t.p1) AS p1, SUM(t.p2) AS p2,
                   SUM(t.p3) AS p3, SUM(t.p4) AS p4, SUM(t.p5) AS p5, SUM(t.waiting) AS waiting,
                   SUM(t.r_total) AS r_total, SUM(t.r_unread) AS r_unread, SUM(t.r_seen) AS r_seen,
                   SUM(t.r_user) AS r_user, SUM(t.r_auto) AS r_auto, SUM(t.r_expiry) AS r_expiry, SUM(t.r_p1) AS r_p1,
                   SUM(t.r_p2) AS r_p2, SUM(t.r_p3) AS r_p3, SUM(t.r_p4) AS r_p4, SUM(t.r_p5) AS r_p5,
                   SUM(t.r_waiting) AS r_waiting
              FROM (
                    SELECT account_db_key, date, total_count AS total, unread_count AS unread, read_count AS seen,
                           deleted_count AS by_user, auto_deleted_count AS by_auto, expired_count AS by_expiry,
                           priority_1_count AS p1, priority_2_count AS p2, priority_3_count AS p3,
                           priority_4_count AS p4, priority_5_count AS p5, 0 AS waiting,
                           0 AS r_total, 0 AS r_unread, 0 AS r_seen, 0 AS r_user, 0 AS r_auto, 0 AS r_expiry, 0 AS r_p1,
                           0 AS r_p2, 0 AS r_p3, 0 AS r_p4, 0 AS r_p5, 0 AS r_waiting
                      FROM table_inapp_notification_stats
                     WHERE account_db_key > p_after_account_db_key AND account_db_key <= v_upto
                     UNION ALL
                    SELECT account_db_key, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, unread_count,
                           0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
                      FROM table_inapp_notification_counters
                     WHERE account_db_key > p_after_account_db_key AND account_db_key <= v_upto
                     UNION ALL
                    SELECT account_db_key, DATE(created_at), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                           COUNT(*), SUM(is_deleted = FALSE AND is_read = FALSE),
                           SUM(is_deleted = FALSE AND is_read = TRUE), SUM(deleted_by = 'user'),
                           SUM(deleted_by = 'auto'), SUM(deleted_by = 'expired'), SUM(priority = 1), SUM(priority = 2),
                           SUM(priority = 3), SUM(priority = 4), SUM(priority = 5), 0
                      FROM table_inapp_notifications
                     WHERE account_db_key > p_after_account_db_key AND account_db_key <= v_upto
                     GROUP BY account_db_key, DATE(created_at)
                     UNION ALL
                    SELECT account_db_key, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                           0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, COUNT(*)
                      FROM table_inapp_notifications
                     WHERE account_db_key > p_after_account_db_key AND account_db_key <= v_upto
                       AND is_deleted = FALSE AND is_read = FALSE
                     GROUP BY account_db_key
                   ) AS t
             GROUP BY t.account_db_key, t.date
           ) AS w
      JOIN JSON_TABLE('["total_count", "unread_count", "read_count", "deleted_count", "auto_deleted_count",
                        "expired_count", "priority_1_count", "priority_2_count", "priority_3_count", "priority_4_count",
                        "priority_5_count", "unread_total"]', '$[*]' COLUMNS (
               place FOR ORDINALITY,
               column_name VARCHAR(30) PATH '$'
           )) AS c
     WHERE ELT(c.place, w.total, w.unread, w.seen, w.by_user, w.by_auto, w.by_expiry, w.p1, w.p2, w.p3, w.p4, w.p5,
               w.waiting)
           <> ELT(c.place, w.r_total, w.r_unread, w.r_seen, w.r_user, w.r_auto, w.r_expiry, w.r_p1, w.r_p2, w.r_p3,
                  w.r_p4, w.r_p5, w.r_waiting)
       AND (w.date IS NULL OR w.date >= p_since OR c.column_name IN ('unread_count', 'read_count'))
     UNION ALL
    SELECT v_upto, NULL, '', 0, 0;
END;
