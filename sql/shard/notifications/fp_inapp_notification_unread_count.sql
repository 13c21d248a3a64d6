-- How many unread notifications an account has: its counter, less those that have expired and are not swept yet.
-- Result: unread_count.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_inapp_notification_unread_count(
    IN p_account_db_key BIGINT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);

    SELECT COALESCE(
               (SELECT unread_count FROM table_inapp_notification_counters WHERE account_db_key = p_account_db_key), 0
           ) - (
               SELECT COUNT(*)
                 FROM table_inapp_notifications FORCE INDEX (ix_notification_leaves)
                WHERE account_db_key = p_account_db_key AND leaves_at <= v_now AND is_deleted = FALSE AND is_read = FALSE
           ) AS unread_count;
END;
