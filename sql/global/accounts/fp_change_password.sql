-- Puts another password in place: history, end of the other sessions and the event account.password_changed are part of it.
-- Parameters: p_old_password_hash is the hash that the caller checked the change against; p_change_reason is
-- USER_REQUESTED or RESET; p_kept_session_id is the session that goes on, NULL for none; p_event_id is a UUIDv7.
-- Result: token_hash of each session that this ended.
-- Errors: 31002 account_unknown, 31108 password_changed_meanwhile.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_change_password(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_old_password_hash VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_new_password_hash VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_change_reason VARCHAR(100),
    IN p_changed_by_ip VARCHAR(45) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    IN p_kept_session_id BINARY(16),
    IN p_event_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_password_hash VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

    SELECT password_hash INTO v_password_hash
      FROM table_accountid
     WHERE account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_password_hash IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31002, MESSAGE_TEXT = 'there is no such account';
    ELSEIF v_password_hash <> p_old_password_hash THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31108, MESSAGE_TEXT = 'the password was changed meanwhile';
    END IF;

    UPDATE table_accountid SET password_hash = p_new_password_hash WHERE account_db_key = p_account_db_key;

    INSERT INTO table_password_history (
        account_db_key, old_password_hash, new_password_hash, change_reason, changed_by_ip, changed_at
    ) VALUES (
        p_account_db_key, p_old_password_hash, p_new_password_hash, p_change_reason, p_changed_by_ip, v_now
    );

    INSERT INTO universal_outbox (
        id, domain, partition_key, sequence_no, event_type, aggregate_id, event_data, created_at
    ) VALUES (
        p_event_id, 'account', p_account_db_key, fn_get_next_sequence('account', p_account_db_key),
        'account.password_changed', p_account_db_key,
        JSON_OBJECT('account_db_key', CAST(p_account_db_key AS UNSIGNED), 'change_reason', p_change_reason), v_now
    );

    CALL fp_user_sessions_end(p_account_db_key, p_kept_session_id);
END;
