-- Counts, for each shard, the accounts with a session that was used lately.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_active_users_count(
    IN p_minutes INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    UPDATE table_shard_stats s
      LEFT JOIN (
            SELECT m.shard_id, COUNT(DISTINCT u.account_db_key) AS active_users
              FROM table_user_sessions u
              JOIN table_user_shard_mapping m ON m.account_db_key = u.account_db_key
             WHERE u.ended_at IS NULL AND u.expires_at > UTC_TIMESTAMP(6)
               AND u.last_seen >= UTC_TIMESTAMP(6) - INTERVAL p_minutes MINUTE
             GROUP BY m.shard_id
           ) AS a ON a.shard_id = s.shard_id
       SET s.active_users = COALESCE(a.active_users, 0);
END;
