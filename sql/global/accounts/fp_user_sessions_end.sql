-- Ends all sessions of an account but one. Called under the lock on the account's row, which every log-in takes too, it
-- leaves none that begins meanwhile.
-- Parameters: p_kept_session_id is the session that goes on, NULL for none.
-- Result: token_hash of each session that this ended; its tombstone in Redis is the caller's to write.
-- Errors: 31002 account_unknown.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_user_sessions_end(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_kept_session_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_found BIGINT UNSIGNED;

    SELECT account_db_key INTO v_found
      FROM table_accountid
     WHERE account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_found IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31002, MESSAGE_TEXT = 'there is no such account';
    END IF;

    -- Told before they end: by their end one could not tell them from those that another call ended in the same microsecond.
    SELECT token_hash
      FROM table_user_sessions
     WHERE account_db_key = p_account_db_key AND ended_at IS NULL
       AND (p_kept_session_id IS NULL OR session_id <> p_kept_session_id)
       FOR UPDATE;

    UPDATE table_user_sessions
       SET ended_at = UTC_TIMESTAMP(6)
     WHERE account_db_key = p_account_db_key AND ended_at IS NULL
       AND (p_kept_session_id IS NULL OR session_id <> p_kept_session_id);
END;
