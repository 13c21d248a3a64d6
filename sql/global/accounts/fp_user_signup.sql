-- Makes an account, its profile, its free plan and its place on a shard, and publishes account.created; all or nothing.
-- Parameters: p_strategy is modulo (the active shards' sorted ids, by key modulo their number) or least_loaded;
-- p_password_hash is made by the caller; p_event_id is a UUIDv7 for the event.
-- Result: account_db_key, account_id, nickname, shard_id.
-- Errors: 31101 account_id_taken, 31102 email_taken (both per platform_type, decided by unique keys),
-- 31001 no_active_shard, 31005 placement_unknown.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_user_signup(
    IN p_platform_type SMALLINT UNSIGNED,
    IN p_account_id VARCHAR(100),
    IN p_password_hash VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_email VARCHAR(254),
    IN p_nickname VARCHAR(50),
    IN p_strategy VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_event_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_account_db_key BIGINT UNSIGNED;
    DECLARE v_shard_id INT UNSIGNED;
    DECLARE v_shards INT UNSIGNED;
    DECLARE v_offset INT UNSIGNED;
    DECLARE v_duplicate TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

    DECLARE EXIT HANDLER FOR 1062
    BEGIN
        GET DIAGNOSTICS CONDITION 1 v_duplicate = MESSAGE_TEXT;
        IF LOCATE('uq_accountid_platform_email', v_duplicate) > 0 THEN
            SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31102, MESSAGE_TEXT = 'the e-mail address has an account already';
        ELSEIF LOCATE('uq_accountid_platform_account', v_duplicate) > 0 THEN
            SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31101, MESSAGE_TEXT = 'the account id is taken';
        END IF;
        RESIGNAL;
    END;

    IF p_strategy NOT IN ('modulo', 'least_loaded') THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31005, MESSAGE_TEXT = 'the strategy must be modulo or least_loaded';
    END IF;

    INSERT INTO table_accountid (
        platform_type, account_id, password_hash, email, nickname, account_status, account_level, create_time
    ) VALUES (
        p_platform_type, p_account_id, p_password_hash, p_email, p_nickname, 'Normal', 1, v_now
    );
    SET v_account_db_key = LAST_INSERT_ID();

    CALL fp_initialize_user_defaults(v_account_db_key);

    -- The shared locks keep the chosen shard active until the mapping is committed.
    IF p_strategy = 'modulo' THEN
        SELECT COUNT(*) INTO v_shards FROM table_shard_config WHERE status = 'active' LOCK IN SHARE MODE;
        SET v_offset = IF(v_shards = 0, 0, v_account_db_key MOD v_shards);
        SELECT shard_id INTO v_shard_id
          FROM table_shard_config
         WHERE status = 'active'
         ORDER BY shard_id
         LIMIT 1 OFFSET v_offset
          LOCK IN SHARE MODE;
    ELSE
        SELECT c.shard_id INTO v_shard_id
          FROM table_shard_config c
          LEFT JOIN table_shard_stats s ON s.shard_id = c.shard_id
         WHERE c.status = 'active'
         ORDER BY COALESCE(s.user_count, 0), c.shard_id
         LIMIT 1;
        SELECT COUNT(*) INTO v_shards
          FROM table_shard_config
         WHERE shard_id = v_shard_id AND status = 'active'
          LOCK IN SHARE MODE;
        SET v_shard_id = IF(v_shards = 0, NULL, v_shard_id);
    END IF;
    IF v_shard_id IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31001, MESSAGE_TEXT = 'no shard is active';
    END IF;

    INSERT INTO table_user_shard_mapping (account_db_key, shard_id, assigned_at, updated_at)
    VALUES (v_account_db_key, v_shard_id, v_now, v_now);

    INSERT INTO universal_outbox (
        id, domain, partition_key, sequence_no, event_type, aggregate_id, event_data, created_at
    ) VALUES (
        p_event_id, 'account', v_account_db_key, fn_get_next_sequence('account', v_account_db_key), 'account.created',
        v_account_db_key,
        -- Without CAST, MariaDB writes a variable as text.
        JSON_OBJECT('account_db_key', CAST(v_account_db_key AS UNSIGNED), 'shard_id', CAST(v_shard_id AS UNSIGNED)), v_now
    );

    SELECT v_account_db_key AS account_db_key, p_account_id AS account_id, p_nickname AS nickname,
           v_shard_id AS shard_id;
END;
