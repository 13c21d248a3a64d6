-- Deletes the oldest codes that expired more than p_seconds ago, at most p_limit of them.
-- Result: deleted, the number of rows.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_one_time_codes_expire(
    IN p_seconds INT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DELETE FROM table_one_time_codes
     WHERE expires_at < UTC_TIMESTAMP(6) - INTERVAL p_seconds SECOND
     ORDER BY expires_at
     LIMIT p_limit;
    SELECT ROW_COUNT() AS deleted;
END;
