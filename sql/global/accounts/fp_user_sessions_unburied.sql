-- Sessions that have ended and for which nobody has confirmed a tombstone in Redis yet.
-- Result: token_hash.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_user_sessions_unburied(
    IN p_limit INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT token_hash
      FROM table_user_sessions
     WHERE is_buried = FALSE AND ended_at IS NOT NULL
     ORDER BY ended_at
     LIMIT p_limit;
END;
