-- Forgets devices that were not seen for a long time, at most so many at once.
-- Result: dropped.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_devices_expire(
    IN p_unseen_days INT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DELETE FROM table_user_devices
     WHERE last_seen < UTC_TIMESTAMP(6) - INTERVAL p_unseen_days DAY
     ORDER BY last_seen
     LIMIT p_limit;
    SELECT ROW_COUNT() AS dropped;
END;
