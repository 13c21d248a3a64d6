-- Ends the session of a token. Ending it again changes nothing.
-- Errors: 31105 session_unknown (there never was a session with this token).
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_user_logout(
    IN p_token_hash BINARY(32)
)
SQL SECURITY INVOKER
BEGIN
    DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
    DECLARE v_account_db_key BIGINT UNSIGNED;
    DECLARE v_ended_at DATETIME(6);

    SELECT account_db_key, ended_at INTO v_account_db_key, v_ended_at
      FROM table_user_sessions
     WHERE token_hash = p_token_hash
       FOR UPDATE;
    IF v_account_db_key IS NULL THEN
        SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 31105, MESSAGE_TEXT = 'there is no session with this token';
    END IF;

    IF v_ended_at IS NULL THEN
        UPDATE table_user_sessions SET ended_at = v_now WHERE token_hash = p_token_hash;
        UPDATE table_accountid SET logout_time = v_now WHERE account_db_key = v_account_db_key;
    END IF;
END;
