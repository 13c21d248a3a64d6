-- Says whether a shard takes new accounts (active), serves only what it has (maintenance) or is left alone (disabled). Every
-- process obeys within seconds. Setting the status that it has changes nothing.
-- Errors: 31013 shard_unknown, 31014 shard_status_unknown.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_update_shard_status(
    IN p_shard_id INT UNSIGNED,
    IN p_status VARCHAR(15) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_status VARCHAR(15) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

    IF p_status NOT IN ('active', 'maintenance', 'disabled') THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31014, MESSAGE_TEXT = 'active, maintenance or disabled';
    END IF;

    -- Sign-ups hold the rows of active shards shared until they commit.
    SELECT status INTO v_status FROM table_shard_config WHERE shard_id = p_shard_id FOR UPDATE;
    IF v_status IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31013, MESSAGE_TEXT = 'there is no such shard';
    END IF;

    IF v_status <> p_status THEN
        UPDATE table_shard_config SET status = p_status, updated_at = UTC_TIMESTAMP(6) WHERE shard_id = p_shard_id;
    END IF;
END;
