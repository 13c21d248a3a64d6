-- Copies last use and sliding expiry of many sessions from Redis to their rows, in one statement. Times never go back,
-- and no session lives longer than p_absolute_seconds.
-- Parameters: p_seen is a JSON array of {token_hash (64 hex digits), last_seen, expires_at (both UTC text)}.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_user_sessions_seen(
    IN p_seen JSON,
    IN p_absolute_seconds INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    -- STRAIGHT_JOIN: a scan of the table would wait for each log-out that has not committed yet.
    UPDATE JSON_TABLE(p_seen, '$[*]' COLUMNS (
               token_hash CHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$.token_hash',
               last_seen DATETIME(6) PATH '$.last_seen',
               expires_at DATETIME(6) PATH '$.expires_at'
           )) AS t
      STRAIGHT_JOIN table_user_sessions s ON s.token_hash = UNHEX(t.token_hash)
       SET s.last_seen = GREATEST(s.last_seen, t.last_seen),
           s.expires_at = LEAST(s.created_at + INTERVAL p_absolute_seconds SECOND, GREATEST(s.expires_at, t.expires_at))
     WHERE s.ended_at IS NULL;
END;
