-- Counts an account that moved to another shard, there and here; in shard order, so that two moves cannot deadlock.
CREATE TRIGGER tr_table_user_shard_mapping_update
AFTER UPDATE ON table_user_shard_mapping
FOR EACH ROW
BEGIN
    IF NEW.shard_id <> OLD.shard_id THEN
        INSERT INTO table_shard_stats (shard_id, user_count, active_users, last_updated)
        VALUES (NEW.shard_id, 0, 0, UTC_TIMESTAMP(6))
        ON DUPLICATE KEY UPDATE last_updated = UTC_TIMESTAMP(6);
        UPDATE table_shard_stats
           SET user_count = user_count + IF(shard_id = NEW.shard_id, 1, -1), last_updated = UTC_TIMESTAMP(6)
         WHERE shard_id IN (OLD.shard_id, NEW.shard_id)
         ORDER BY shard_id;
    END IF;
END;
