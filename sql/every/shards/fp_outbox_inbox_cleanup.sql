-- Forgets one batch of inbox rows, oldest first, whose events cannot come again.
-- Parameters: p_keep_seconds since the effect happened; p_limit rows at most.
-- Result: deleted.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_outbox_inbox_cleanup(
    IN p_keep_seconds INT UNSIGNED,
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DELETE FROM outbox_inbox
     WHERE handled_at < UTC_TIMESTAMP(6) - INTERVAL p_keep_seconds SECOND
     ORDER BY handled_at
     LIMIT p_limit;

    SELECT ROW_COUNT() AS deleted;
END;
