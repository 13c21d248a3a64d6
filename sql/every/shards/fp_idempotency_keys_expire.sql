-- Deletes the oldest keys of more than p_seconds ago, at most p_limit of them.
-- Result: deleted, the number of rows.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_idempotency_keys_expire(
    IN p_seconds INT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DELETE FROM table_idempotency_keys
     WHERE claimed_at < UTC_TIMESTAMP(6) - INTERVAL p_seconds SECOND
     ORDER BY claimed_at
     LIMIT p_limit;
    SELECT ROW_COUNT() AS deleted;
END;
