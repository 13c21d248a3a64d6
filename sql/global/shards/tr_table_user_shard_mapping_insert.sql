-- Counts a new account on its shard.
CREATE TRIGGER tr_table_user_shard_mapping_insert
AFTER INSERT ON table_user_shard_mapping
FOR EACH ROW
    INSERT INTO table_shard_stats (shard_id, user_count, active_users, last_updated)
    VALUES (NEW.shard_id, 1, 0, UTC_TIMESTAMP(6))
    ON DUPLICATE KEY UPDATE user_count = user_count + 1, last_updated = UTC_TIMESTAMP(6);
