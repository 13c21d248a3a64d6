-- An account's notifications by the day, in UTC, on which they were created, newest day first.
-- Parameters: p_days is how many days back, today included.
-- Result: date, total_count, unread_count, read_count, deleted_count, auto_deleted_count, expired_count,
-- priority_1_count ... priority_5_count.
-- Errors: those of fp_account_residence_require.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_inapp_notification_stats_get(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_days INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    CALL fp_account_residence_require(p_account_db_key);
    CALL fp_inapp_notification_collect(p_account_db_key);

    SELECT date, total_count, unread_count, read_count, deleted_count, auto_deleted_count, expired_count,
           priority_1_count, priority_2_count, priority_3_count, priority_4_count, priority_5_count
      FROM table_inapp_notification_stats
     WHERE account_db_key = p_account_db_key AND date > UTC_DATE() - INTERVAL p_days DAY
     ORDER BY date DESC;
END;
