-- Records that ended sessions have their tombstones in Redis.
-- Parameters: p_token_hashes is a JSON array of 64 hex digits each.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_user_sessions_buried(
    IN p_token_hashes JSON
)
SQL SECURITY INVOKER
BEGIN
    UPDATE JSON_TABLE(p_token_hashes, '$[*]' COLUMNS (
               token_hash CHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$'
           )) AS t
      STRAIGHT_JOIN table_user_sessions s ON s.token_hash = UNHEX(t.token_hash)
       SET s.is_buried = TRUE
     WHERE s.ended_at IS NOT NULL;
END;
