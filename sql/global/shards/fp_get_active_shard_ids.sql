-- The shards that take new accounts, by their ids; changes nothing.
-- Result: shard_id, shard_name, host, port, database_name, status, max_connections.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_get_active_shard_ids()
SQL SECURITY INVOKER
BEGIN
    SELECT shard_id, shard_name, host, port, database_name, status, max_connections
      FROM table_shard_config
     WHERE status = 'active'
     ORDER BY shard_id;
END;
