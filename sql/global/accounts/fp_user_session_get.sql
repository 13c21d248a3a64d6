-- The live session behind a token, for a Redis that does not know it (any more).
-- Result: session_id, account_db_key, shard_id, account_level, expires_at, ends_at; no row when it is unknown, ended or
-- expired, has lived for p_absolute_seconds, or the account may not log in.
-- Called with the mysql client, an error is shown there and logged nowhere.
CREATE PROCEDURE fp_user_session_get(
    IN p_token_hash BINARY(32),
    IN p_absolute_seconds INT UNSIGNED
)
SQL SECURITY INVOKER
BEGIN
    SELECT s.session_id, s.account_db_key, m.shard_id, a.account_level, s.expires_at,
           s.created_at + INTERVAL p_absolute_seconds SECOND AS ends_at
      FROM table_user_sessions s
      JOIN table_accountid a ON a.account_db_key = s.account_db_key
      JOIN table_user_shard_mapping m ON m.account_db_key = s.account_db_key
     WHERE s.token_hash = p_token_hash
       AND s.ended_at IS NULL
       AND s.expires_at > UTC_TIMESTAMP(6)
       AND s.created_at > UTC_TIMESTAMP(6) - INTERVAL p_absolute_seconds SECOND
       AND a.account_status = 'Normal';
END;
