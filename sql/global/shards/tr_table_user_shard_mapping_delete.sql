-- Counts an account that is gone.
CREATE TRIGGER tr_table_user_shard_mapping_delete
AFTER DELETE ON table_user_shard_mapping
FOR EACH ROW
    UPDATE table_shard_stats
       SET user_count = user_count - 1, last_updated = UTC_TIMESTAMP(6)
     WHERE shard_id = OLD.shard_id;
