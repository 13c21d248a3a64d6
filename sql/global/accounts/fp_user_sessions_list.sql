-- The live sessions of an account, newest first.
-- Parameters: p_before is the last session of the page before, NULL for the first page.
-- Result: session_id, address, created_at, last_seen (up to a minute late), expires_at.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_user_sessions_list(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_before BINARY(16),
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT session_id, address, created_at, last_seen, expires_at
      FROM table_user_sessions
     WHERE account_db_key = p_account_db_key AND ended_at IS NULL AND expires_at > UTC_TIMESTAMP(6)
       AND (p_before IS NULL OR session_id < p_before)
     ORDER BY session_id DESC
     LIMIT p_limit;
END;
