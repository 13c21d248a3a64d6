-- Ends one session of an account. Ending it again changes nothing.
-- Result: token_hash, for its tombstone in Redis.
-- Errors: 31106 session_not_found (also when it is another account's).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_user_session_end(
    IN p_account_db_key BIGINT UNSIGNED,
    IN p_session_id BINARY(16)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_token_hash BINARY(32);

    SELECT token_hash INTO v_token_hash
      FROM table_user_sessions
     WHERE session_id = p_session_id AND account_db_key = p_account_db_key
       FOR UPDATE;
    IF v_token_hash IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31106, MESSAGE_TEXT = 'the account has no such session';
    END IF;

    UPDATE table_user_sessions
       SET ended_at = UTC_TIMESTAMP(6)
     WHERE session_id = p_session_id AND ended_at IS NULL;

    SELECT v_token_hash AS token_hash;
END;
