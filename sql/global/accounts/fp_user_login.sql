-- Logs an account in after the caller has checked the password: counts the log-in and writes the session's row.
-- Parameters: p_password_hash is the hash that was checked; p_token_hash is the SHA-256 of the token, which itself is
-- nowhere stored; p_idle_seconds is how long the session lives unused, p_absolute_seconds how long at all.
-- A block that is over is lifted here.
-- Result: session_id, account_db_key, shard_id, nickname, account_level, profile_completed, first_login, expires_at,
-- ends_at.
-- Errors: 31002 account_unknown, 31103 credentials_invalid (the hash was changed meanwhile), 31104 account_blocked.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_user_login(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_password_hash VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_session_id BINARY(16),
    IN p_token_hash BINARY(32),
    IN p_address VARCHAR(45) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_idle_seconds INT UNSIGNED,
    IN p_absolute_seconds INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_ends_at DATETIME(6) DEFAULT v_now + INTERVAL p_absolute_seconds SECOND;
    DECLARE v_expires_at DATETIME(6) DEFAULT LEAST(v_ends_at, v_now + INTERVAL p_idle_seconds SECOND);
    DECLARE v_password_hash VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_status VARCHAR(15) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
    DECLARE v_block_endtime DATETIME(6);

    SELECT password_hash, account_status, block_endtime INTO v_password_hash, v_status, v_block_endtime
      FROM table_accountid
     WHERE account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_status IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31002, MESSAGE_TEXT = 'there is no such account';
    ELSEIF v_password_hash <> p_password_hash THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31103, MESSAGE_TEXT = 'the password was changed meanwhile';
    ELSEIF v_status = 'Blocked' AND v_block_endtime <= v_now THEN
        UPDATE table_accountid
           SET account_status = 'Normal', block_endtime = NULL, change_reason = 'the block was over'
         WHERE account_db_key = p_account_db_key;
    ELSEIF v_status <> 'Normal' THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31104, MESSAGE_TEXT = 'the account may not log in';
    END IF;

    UPDATE table_accountid
       SET login_time = v_now, login_count = login_count + 1
     WHERE account_db_key = p_account_db_key;

    INSERT INTO table_user_sessions (
        session_id, account_db_key, token_hash, address, created_at, last_seen, expires_at
    ) VALUES (
        p_session_id, p_account_db_key, p_token_hash, p_address, v_now, v_now, v_expires_at
    );

    SELECT p_session_id AS session_id, a.account_db_key, m.shard_id, a.nickname, a.account_level,
           p.profile_completed, a.login_count = 1 AS first_login, v_expires_at AS expires_at, v_ends_at AS ends_at
      FROM table_accountid a
      JOIN table_user_shard_mapping m ON m.account_db_key = a.account_db_key
      JOIN table_user_profiles p ON p.account_db_key = a.account_db_key
     WHERE a.account_db_key = p_account_db_key;
END;
